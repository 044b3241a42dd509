"""What is expected of a job before it is done: tokens, time, money, as ranges that say what they rest on."""
