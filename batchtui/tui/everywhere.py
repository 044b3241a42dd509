"""Actions that are the same on every page."""

import sys

from textual.app import SuspendNotSupported

from batchtui.domain.actions.table import ACTIONS, is_available, key_label
from batchtui.domain.link import LinkState
from batchtui.present.clean import clean
from batchtui.tui.bridge import Verb
from batchtui.tui.clipboard import NAME
from batchtui.tui.terminal.mouse import switch
from batchtui.tui.ways import Ways


class Everywhere(Ways):
    """`do_ID` carries an action out where the page in view has no way of its own."""

    def do_refresh(self) -> None:
        """Poll now."""
        live = self.scene.live
        if self._is_leader_paused:
            self._say_who_is_paused()
        elif live.leader:
            self.say(f"{live.leader} polls; what it reads shows here")
        elif live.is_polling_paused:
            self.say(f"polling is paused: {self.key_label('pause')} goes on", "warn")
        elif live.link.asked_until is not None and live.link.asked_until > self.now:
            self.say(f"limited until {self.scene.moment(live.link.asked_until)}: asks again then", "warn")
        else:
            self.say("asking the service", until=lambda scene: scene.live.link.said_at != live.link.said_at)
            self.do(lambda engine: engine.refresh_now())

    def do_pause(self) -> None:
        """Stop polling, or go on."""
        live = self.scene.live
        wants_pause = not live.is_polling_paused
        if wants_pause and self._is_leader_paused:
            self._say_who_is_paused()
            return
        leads = live.is_leader or live.is_read_only
        words = "this dashboard will not poll; the process that leads still does" if wants_pause and not leads else ""
        self.do(lambda engine: engine.pause_polling(wants_pause), said=words)

    @property
    def _is_leader_paused(self) -> bool:
        """Another process leads, and somebody stopped its polling."""
        live = self.scene.live
        return bool(live.leader) and live.link.state is LinkState.PAUSED

    def _say_who_is_paused(self) -> None:
        key = self.key_label("pause")
        self.say(f"{self.scene.live.leader} leads and is paused: {key} there goes on", "warn")

    def do_copy_id(self) -> None:
        page = self.page
        if page is not None and page.subject_ids():
            self.copy(" ".join(page.subject_ids()))

    def do_copy_command(self) -> None:
        page = self.page
        if page is not None:
            self.copy(page.command_words())

    def copy(self, text: str) -> None:
        """Hand text to the terminal's clipboard; whether it took it nobody can tell.

        It is cleaned: what is pasted into a shell must not hold a line break or a sequence of somebody else's.
        """
        text = clean(text)
        sequence = self.copies.sequence(text)
        if sequence is None:
            self.say(self.copies.write(text))
            return
        self.write_raw(sequence)
        self.say(f"sent to the terminal: {text if len(text) < 60 else text[:57] + '...'}")

    def do_copy_to_file(self) -> None:
        """What is copied goes to a file instead, or to the terminal again."""
        self.copies.is_file = not self.copies.is_file
        self.say("what is copied goes " + (f"to a file, {NAME}" if self.copies.is_file else "to the terminal"))

    def do_mouse(self) -> None:
        """Take the mouse, or leave it to the terminal."""
        match switch(self._driver):
            case True:
                self.say("the mouse is taken: its wheel scrolls, shift selects text")
            case False:
                self.say("the mouse is the terminal's: it selects text")
            case None:
                self.say("this terminal's mouse cannot be taken", "warn")

    def do_alerts(self) -> None:
        """What needs somebody, in one list."""
        self.open_alerts()

    # Taking back

    def can_take_back(self, words: str, verb: Verb) -> None:
        """Something local was done: `u` does the opposite."""
        self._done.append((words, verb))

    def do_undo(self) -> None:
        """Undo the newest local change that has not been undone."""
        words, verb = self._done.pop()
        self.do(verb, lambda _answer: self.repaint(), said=words)

    def why_off(self, action_id: str) -> str:
        """Why an action that is the same everywhere has nothing to do."""
        if action_id == "undo" and not self._done:
            return "nothing was changed here since this dashboard was opened"
        return ""

    def say_why_not(self, key: str) -> None:
        """A key that means something elsewhere says where, rather than nothing."""
        page = self.page
        if page is None or page is not self.screen:
            return
        action = next((each for each in ACTIONS if key in self.keys.keys[each.id]), None)
        if action is not None and not is_available(action, page.PLACE):
            places = ", ".join(place.value for place in action.places)
            self.say(f"{key_label(key)}: {action.title} is off here, only in {places}")
        moved = next((each for each in ACTIONS if key in each.keys and is_available(each, page.PLACE)), None)
        if action is None and moved is not None:
            keys = " ".join(map(key_label, self.keys.keys[moved.id]))
            self.say(f"{key_label(key)} is no key here: {moved.title} is {keys} by [keys] of batchtui.toml")

    def do_activity(self) -> None:
        from batchtui.tui.screens.activity import ActivityScreen

        self.push_screen(ActivityScreen())

    def do_planner(self) -> None:
        from batchtui.tui.screens.planner import PlannerScreen

        self.push_screen(PlannerScreen())

    def do_cost(self) -> None:
        from batchtui.tui.screens.cost import CostScreen

        self.push_screen(CostScreen())

    def do_info(self) -> None:
        from batchtui.tui.screens.info import InfoScreen

        self.push_screen(InfoScreen())

    def do_help(self) -> None:
        """The keys, for the page in view."""
        if self.page is not None:
            self.open_help(self.page)

    def do_palette(self) -> None:
        """Find an action by its name and do it."""
        from batchtui.tui.screens.help import HelpScreen

        if self.page is not None:
            self.push_screen(HelpScreen(self.page, is_palette=True))

    def run_demo(self) -> None:
        """The demo, in this terminal, until the operator leaves it; this dashboard waits, its engine goes on."""
        try:
            with self.suspend():
                self.guest.run([sys.executable, "-m", "batchtui", "demo"])
        except SuspendNotSupported:
            self.say("this terminal cannot be lent to the demo: run `batchtui demo` in another one", "warn")

    def do_command(self) -> None:
        """Ask for a command, with completion."""
        from batchtui.tui.command_line import ask_command

        ask_command(self)
