"""The style sheet of the web UI, for a light and a dark screen."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2129; --faint: #68707d; --line: #e3e6eb;
  --paper: #fff; --ground: #f6f7f9; --accent: #00695c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --faint: #98a1af; --line: #333a45;
  --paper: #1c2129; --ground: #14181e; --accent: #4db6a6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: .6em; align-items: baseline; padding: .8em 1.5em;
  background: var(--paper); border-bottom: 1px solid var(--line); color: var(--faint); }
nav { display: flex; flex-wrap: wrap; gap: 1.2em; padding: .5em 1.5em; }
.prose { white-space: normal; min-width: 20em; overflow-wrap: anywhere; }
.home { font-weight: 700; color: var(--ink); }
main { max-width: 1200px; margin: 0 auto; padding: 1em 1.5em 4em; }
h1 { font-size: 1.6em; margin: .6em 0 .2em; overflow-wrap: anywhere; }
h2 { font-size: 1.1em; margin: 2em 0 .6em; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code { font: .9em ui-monospace, monospace; }
.faint, .empty, .pager { color: var(--faint); }
.wide { overflow-x: auto; background: var(--paper); border: 1px solid var(--line);
  border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: .8em; color: var(--faint); font-weight: 600; }
th, td { padding: .5em .9em; border-bottom: 1px solid var(--line); white-space: nowrap;
  max-width: 26em; overflow: hidden; text-overflow: ellipsis; vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
.counts { display: flex; flex-wrap: wrap; gap: .6em; margin: 1em 0; }
.count { padding: .6em 1em; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: var(--faint); }
.count b { display: block; font-size: 1.4em; color: var(--ink);
  font-variant-numeric: tabular-nums; }
.pill { padding: .1em .7em; border-radius: 1em; font-size: .85em; background: #8883; }
.subscribed { background: #2e9e5b33; } .unsubscribed { background: #d9822b40; }
.cleaned { background: #c9374440; } .pending { background: #3d7fd940; }
.chip { display: inline-block; padding: 0 .6em; margin-right: .3em; border-radius: 4px;
  border: 1px solid var(--line); font-size: .85em; }
form { display: flex; flex-wrap: wrap; gap: .5em; margin: 0 0 .8em; }
input, select, button { font: inherit; color: inherit; padding: .35em .7em; border-radius: 6px;
  border: 1px solid var(--line); background: var(--paper); }
input[type=search] { flex: 1 1 16em; }
.pager { display: flex; gap: 1em; margin-top: .8em; }
"""
