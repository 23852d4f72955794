"""How a draft looks as a page of its own, on screens and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1d2125; --quiet: #566069; --line: #d5dadf; --accent: #0b5a8a;
  --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9ecef; --quiet: #a3adb6; --line: #3a4249; --accent: #83c3ee; --paper: #14181b; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 3rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 1.15rem/1.6 "Source Serif 4", "Source Serif Pro", Charter, Cambria, Georgia, serif; }
article { max-width: 42rem; margin: 0 auto; padding-inline-start: 4.5rem; overflow-wrap: break-word; }
header { margin: 0 0 3rem; padding-block-end: 1.5rem; border-block-end: 1px solid var(--line); }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; text-wrap: balance; margin: 2.4em 0 0.7em; break-after: avoid; }
h1 { font-size: 2.3rem; line-height: 1.1; margin: 0.35em 0 0.5em; max-width: 22ch; }
h2 { font-size: 1.5rem; } h3 { font-size: 1.25rem; } h4, h5, h6 { font-size: 1.1rem; }
p { margin: 0 0 0.9em; orphans: 2; widows: 2; }
ul { list-style: none; margin: 0; padding: 0; }
ul ul { padding-inline-start: 2.6rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
.about { margin: 0.2em 0; color: var(--quiet); font: 0.9rem/1.5 system-ui, sans-serif; }
.version::before { content: "№ "; }
.digest { font-size: 0.75rem; overflow-wrap: anywhere; }
.label { color: var(--quiet); font: 0.8rem/1 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  unicode-bidi: plaintext; }
p > .label { margin-inline-end: 0.35rem; }
.item > p { padding-inline-start: 2.6rem; }
.item > p > .label:first-child { display: inline-block; min-width: 2.6rem; margin-inline: -2.6rem 0;
  padding-inline-end: 0.4rem; }
td > .label { margin-inline-end: 0.25rem; }
:is(article > p, h2, h3, h4, h5, h6) > .label:first-child {
  float: inline-start; width: 4rem; margin-inline: -4.5rem 0.5rem; text-align: end; line-height: inherit; }
article > p > .label:first-child { line-height: 1.84rem; }
h2 > .label:first-child { font-size: 1.1rem; line-height: 1.8rem; }
:is(h3, h4, h5, h6) > .label:first-child { font-size: 0.95rem; line-height: 1.5rem; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1.4em; font-size: 0.95em; }
td { padding: 0.45em 0.9em 0.45em 0; border-block-end: 1px solid var(--line); text-align: start;
  vertical-align: top; }
tr { break-inside: avoid; }
sup { font: 400 0.75rem/0 system-ui, sans-serif; margin-inline-start: 0.15em; }
sup a { text-decoration: none; }
.notes { margin-block-start: 3.5rem; padding-block-start: 1rem; border-block-start: 1px solid var(--line);
  font-size: 0.9em; }
.notes ol { padding-inline-start: 1.5em; margin: 0; }
:target { background: color-mix(in srgb, var(--accent) 14%, transparent); }
@media (max-width: 40rem) {
  body { font-size: 1.05rem; padding-block-start: 1.5rem; }
  article { padding-inline-start: 0; }
  h1 { font-size: 1.9rem; }
  :is(article > p, h2, h3, h4, h5, h6) > .label:first-child {
    float: none; width: auto; margin-inline: 0 0.35rem; }
}
@media print {
  :root { --ink: #000; --quiet: #444; --line: #bbb; --accent: #000; --paper: #fff; }
  @page { margin: 2cm; }
  body { padding: 0; font-size: 11pt; }
  article { max-width: none; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.8em; overflow-wrap: anywhere; }
  [role="doc-backlink"] { display: none; }
}
""".strip()
