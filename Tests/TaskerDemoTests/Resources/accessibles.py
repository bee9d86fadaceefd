"""Shows tests what assistive technologies see of one process's windows, and acts as they do.

Started with the process's number; reads a command a line, writes an answer a line, both as JSON:
    ["tree"]               the tree of widgets
    ["press", role, name]  the first action of the widget with that role and name: whether it was there
    ["key", keycode]       a key of the keyboard
The answer is null when the process has no window, or none any more.
"""

import json
import sys
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib

# Debian 12 has no successors of what is deprecated.
warnings.simplefilter("ignore", DeprecationWarning)

STATES = {
    Atspi.StateType.FOCUSABLE: "focusable",
    Atspi.StateType.FOCUSED: "focused",
    Atspi.StateType.SENSITIVE: "sensitive",
    Atspi.StateType.VISIBLE: "visible",
}


class Gone(Exception):
    """A widget went while it was looked at."""


def there(part):
    if part is None:
        raise Gone
    return part


def find_window(pid):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application and application.get_process_id() == pid and application.get_child_count():
            # What is kept here would only be renewed by signals, for which nobody waits.
            application.set_cache_mask(Atspi.Cache.NONE)
            application.clear_cache()
            # The newest window: a question is above what it is about.
            return application.get_child_at_index(application.get_child_count() - 1)
    return None


def children(node):
    found = (node.get_child_at_index(index) for index in range(node.get_child_count()))
    return [child for child in found if child]


def first_action(node):
    actions = node.get_action_iface()
    return actions.get_action_name(0) if actions and actions.get_n_actions() else None


def describe(node):
    states = there(node.get_state_set())
    value = node.get_value_iface()
    role = node.get_role_name()
    return {
        "role": role,
        "name": node.get_name(),
        "states": [name for state, name in STATES.items() if states.contains(state)],
        "value": value.get_current_value() if value else None,
        # Only of buttons: some labels of GTK 4.8 announce actions and then have none.
        "canBePressed": role == "push button" and first_action(node) == "click",
        "children": [describe(child) for child in children(node)],
    }


def find(node, role, name):
    # A menu button of GTK 4.8 is two, one in the other, and only the inner one can be pressed.
    if node.get_role_name() == role and node.get_name() == name and first_action(node):
        return node
    for child in children(node):
        if found := find(child, role, name):
            return found
    return None


def answer(pid, command):
    window = find_window(pid)
    if window is None:
        return None
    verb, *arguments = command
    if verb == "tree":
        return describe(window)
    if verb == "press":
        widget = find(window, *arguments)
        return bool(widget and widget.get_action_iface().do_action(0))
    if verb == "key":
        return Atspi.generate_keyboard_event(arguments[0], None, Atspi.KeySynthType.PRESSRELEASE)
    raise ValueError(verb)


def main():
    pid = int(sys.argv[1])
    for line in sys.stdin:
        while True:
            try:
                print(json.dumps(answer(pid, json.loads(line))), flush=True)
                break
            except (GLib.Error, Gone) as error:
                # A widget, or the application, went while it was looked at: the next look tells.
                print(error, file=sys.stderr)


main()
