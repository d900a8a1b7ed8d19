"""How a report looks, on a wide screen, a phone and paper.

Colours are those of `dilemma.show.pictures.theme`; texts have a contrast of at least 4.5 : 1 (WCAG
2, level AA). Nothing is loaded from anywhere, and no script is run.
"""

from __future__ import annotations

from dilemma.show.pictures.theme import INK, MUTED

# Text colours, and what they stand on; a test asks all for their contrast.
PAPER = "#ffffff"
SHADE = "#f3f5f7"
NOTE = "#fdf4e3"
LINK = "#1f4e8c"
RULE = "#c9ced4"
PAIRS = ((INK, PAPER), (INK, SHADE), (INK, NOTE), (MUTED, PAPER), (LINK, PAPER), (PAPER, LINK))

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }}
body {{ margin: 0; background: {PAPER}; color: {INK};
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans",
  sans-serif; overflow-wrap: break-word; }}
header, main, footer {{ max-width: 60rem; margin: 0 auto; padding: 0 1rem; }}
header {{ padding-top: 1.5rem; }}
h1 {{ font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 .6rem; padding-top: .6rem;
  border-top: 2px solid {INK}; }}
h3 {{ font-size: 1.08rem; margin: 1.6rem 0 .4rem; }}
p, ul, ol {{ margin: .5rem 0; max-width: 44rem; }}
a {{ color: {LINK}; }}
a:focus-visible, .scroll:focus-visible {{ outline: 3px solid {LINK}; outline-offset: 2px; }}
.skip {{ position: absolute; left: -100vw; top: 0; background: {LINK}; color: {PAPER};
  padding: .5rem 1rem; }}
.skip:focus {{ left: 0; }}
.muted {{ color: {MUTED}; }}
nav ol {{ padding-left: 1.4rem; columns: 2; column-gap: 2rem; }}
.short {{ background: {SHADE}; padding: .6rem 1rem; border-left: 4px solid {LINK};
  margin: 1rem 0; }}
.short ul {{ padding-left: 1.1rem; }}
.short h2 {{ border: 0; margin: 0; padding: 0; }}
.missing {{ background: {NOTE}; padding: .5rem 1rem; border-left: 4px solid {INK}; }}
.scroll {{ overflow-x: auto; margin: .8rem 0; }}
table {{ border-collapse: collapse; font-size: .92rem; }}
caption {{ text-align: left; color: {MUTED}; padding: .2rem 0; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0;
  border-bottom: 1px solid {RULE}; }}
thead th {{ border-bottom: 2px solid {INK}; vertical-align: bottom; }}
tbody th {{ font-weight: 600; }}
td.number, th.number {{ text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }}
.matrix td {{ white-space: nowrap; }}
td.best {{ background: {SHADE}; font-weight: 700; }}
figure {{ margin: 1rem 0 1.4rem; }}
figure img {{ display: block; max-width: 100%; height: auto; }}
figcaption {{ color: {MUTED}; font-size: .92rem; max-width: 44rem; }}
pre {{ background: {SHADE}; padding: .7rem 1rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: .88rem; }}
footer {{ margin: 3rem auto 2rem; }}
@media screen and (max-width: 40rem) {{
  h1 {{ font-size: 1.45rem; }}
  nav ol {{ columns: 1; }}
  th, td {{ padding-right: .55rem; }}
  figure .scroll img {{ max-width: none; width: 34rem; }}
  table.words, .words caption, .words tbody, .words tr, .words th, .words td {{ display: block; }}
  .words thead {{ display: none; }}
  .words tr {{ border-bottom: 1px solid {RULE}; padding: .4rem 0; }}
  .words th, .words td {{ border: 0; padding: .1rem 0; }}
  .words td, .words td.number {{ text-align: left; white-space: normal; padding-left: 1rem; }}
  .words td::before {{ content: attr(data-head) ": "; color: {MUTED}; }}
  .words td[data-head=""]::before {{ content: ""; }}
}}
@page {{ size: A4; margin: 15mm 14mm; }}
@media print {{
  body {{ font-size: 10pt; line-height: 1.35; }}
  header, main, footer {{ max-width: none; padding: 0; }}
  .skip {{ display: none; }}
  h1, h2, h3, caption {{ break-after: avoid; }}
  figure, tr, .short, .missing, pre {{ break-inside: avoid; }}
  figure img {{ max-height: 215mm; max-width: 100%; }}
  .scroll {{ overflow: visible; }}
  table {{ font-size: 8.5pt; width: 100%; }}
  th, td {{ padding-right: 5pt; }}
  .matrix td, td.number, th.number {{ white-space: normal; }}
  a {{ color: inherit; text-decoration: none; }}
}}
"""
