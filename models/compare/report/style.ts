/** The report's whole style sheet: dark and light, wide and narrow, screen and paper. */
export const style = `
:root { color-scheme: dark; --bg: #14161a; --panel: #1b1e24; --raised: #232730; --line: #2d323c; --text: #e7e9ee;
  --dim: #9aa2b1; --accent: #5b9dff; --good: #4cc38a; --bad: #ff6b6b; --warn: #f2b84b; --pane: #0d0e11; }
@media (prefers-color-scheme: light) { :root { color-scheme: light; --bg: #f4f5f7; --panel: #ffffff; --raised: #eceef2;
  --line: #dfe2e8; --text: #1b1e24; --dim: #596170; --accent: #1d64d0; --good: #12744a; --bad: #c0262d; --warn: #8a5a00;
  --pane: #e7e9ed; } }
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; }
body { background: var(--bg); color: var(--text); padding: 0 20px 40px;
  font: 13px/1.45 Inter, "Noto Sans", "Noto Sans CJK SC", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1440px; margin-inline: auto; }
header { padding: 24px 0 16px; }
h1 { font-size: 20px; line-height: 1.3; font-weight: 600; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h1 span { color: var(--dim); font-weight: 400; }
h2 { font-size: 11px; letter-spacing: 0.05em; text-transform: uppercase; color: var(--dim); font-weight: 600;
  margin-bottom: 10px; }
.facts { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; padding: 0; list-style: none; }
.facts li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; }
.facts small { color: var(--dim); font-size: inherit; margin-right: 6px; }
section { margin-top: 16px; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px; min-width: 0; }
.overview { display: grid; grid-template-columns: minmax(0, 3fr) minmax(320px, 2fr); gap: 16px; align-items: start; }
.overview:not(.many) > .all { grid-area: 1 / 1; }
.overview.many { grid-template-columns: minmax(0, 1fr); }
.many .side { grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); align-items: start; }
.scroll { overflow-x: auto; margin: 0 -16px; padding: 0 16px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 4px 0 4px 20px; text-align: right; font-weight: 400; white-space: nowrap; vertical-align: baseline; }
th:first-child, td:first-child { text-align: left; padding-left: 0; color: var(--dim); }
.scroll th:first-child, .scroll td:first-child { position: sticky; left: 0; background: var(--panel); padding-right: 6px; }
thead th { color: var(--text); font-weight: 600; padding-bottom: 6px; }
thead th:first-child { font-weight: 400; }
tbody td { border-top: 1px solid var(--line); }
tbody th { border-top: 1px solid var(--line); }
tr.group th { padding-top: 16px; border-top: 0; font-size: 11px; letter-spacing: 0.05em; text-transform: uppercase;
  font-weight: 600; color: var(--dim); }
td.delta { padding-left: 8px; min-width: 72px; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .same { color: var(--dim); }
.tag { color: var(--dim); font-weight: 400; }
.side { display: grid; gap: 16px; min-width: 0; }
.summary { list-style: none; padding: 0; } .summary li + li { margin-top: 6px; }
.summary b { font-weight: 600; overflow-wrap: anywhere; }
.plot { display: block; width: 100%; height: auto; overflow: visible; }
.plot text { font: 12px Inter, "Noto Sans", system-ui, sans-serif; fill: var(--dim); font-variant-numeric: tabular-nums; }
.plot text.name { fill: var(--text); font-weight: 600; }
.plot .grid { stroke: var(--line); }
.plot .front { stroke: var(--accent); fill: none; stroke-dasharray: 4 4; opacity: 0.7; }
.plot .dot { fill: var(--panel); stroke: var(--dim); stroke-width: 2; }
.plot .dot.best { fill: var(--accent); stroke: var(--accent); fill-opacity: 0.35; }
.plot .series, .key .series { fill: none; stroke: var(--text); stroke-width: 2; }
.plot .s1, .key .s1 { stroke: var(--accent); } .plot .s2, .key .s2 { stroke: var(--good); }
.plot .s3, .key .s3 { stroke: var(--warn); } .plot .s4, .key .s4 { stroke: var(--bad); }
.key { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 6px; overflow-wrap: anywhere; }
.key svg { width: 30px; height: 8px; margin-right: 6px; vertical-align: 1px; }
.pair, .matrices { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.curves, .bars { background: none; } .curves svg.plot { max-width: 620px; } .curves figcaption, .bars figcaption { background: none; padding: 0 0 6px; font-weight: 600; }
.bars + .bars { margin-top: 12px; } .bars small { color: var(--dim); font-size: inherit; font-weight: 400; margin-left: 6px; }
.bar { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 10px; align-items: center; padding: 2px 0; }
.bar dt { color: var(--dim); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar dd { display: grid; grid-template-columns: minmax(0, 1fr) 112px; align-items: center; gap: 8px; margin: 0; }
.bar i { display: block; height: 10px; min-width: 2px; border-radius: 2px; background: var(--accent); }
.bar.first i { background: var(--dim); } .bar dd b { font-weight: 400; white-space: nowrap; text-align: right; }
.meter { display: inline-block; width: 64px; height: 6px; border-radius: 3px; background: var(--raised); margin-right: 8px;
  vertical-align: 1px; } .meter i { display: block; height: 100%; border-radius: 3px; background: currentColor; }
.matrix th, .matrix td { padding: 4px 8px; } .matrix td { text-align: right; }
.matrix thead th { white-space: nowrap; font-weight: 400; color: var(--dim); }
.matrix .hit { background: color-mix(in srgb, var(--good) var(--share), transparent); color: var(--text); }
.matrix .miss { background: color-mix(in srgb, var(--bad) var(--share), transparent); color: var(--text); }
.note { color: var(--dim); margin-top: 8px; } .note.bad { color: var(--bad); } .note.warn { color: var(--warn); }
s { color: var(--dim); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; color: var(--dim); margin-bottom: 12px; }
.legend svg { width: 30px; height: 14px; vertical-align: -2px; margin-right: 6px; }
.picture { margin-top: 16px; break-inside: avoid; scroll-margin-top: 16px; }
.picture h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; font-size: 13px; font-weight: 600;
  margin-bottom: 8px; overflow-wrap: anywhere; }
.badges { display: flex; flex-wrap: wrap; gap: 6px; font-weight: 400; }
.badges span { background: var(--raised); border-radius: 4px; padding: 0 6px; }
.panes { display: grid; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 6px;
  overflow: hidden; grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); }
figure { background: var(--pane); display: flex; flex-direction: column; min-width: 0; }
figcaption { background: var(--panel); padding: 6px 10px; display: flex; flex-wrap: wrap; gap: 0 10px; }
figcaption b { font-weight: 600; overflow-wrap: anywhere; }
figcaption span { color: var(--dim); }
figcaption .bad { color: var(--bad); } figcaption .warn { color: var(--warn); } figcaption .good { color: var(--good); }
.overlay { display: block; width: 100%; height: auto; }
.overlay text { font: 600 1em Inter, "Noto Sans", system-ui, sans-serif; }
.pictures-store { position: absolute; width: 0; height: 0; overflow: hidden; }
.list td:first-child { color: var(--text); white-space: normal; overflow-wrap: anywhere; }
.list tbody tr:hover td { background: var(--raised); }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: 3px; }
a:hover { text-decoration-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
footer { color: var(--dim); margin-top: 24px; padding-top: 14px; border-top: 1px solid var(--line); }
footer p { max-width: 90ch; } footer p + p { margin-top: 6px; }
@media (max-width: 1100px) { .overview { grid-template-columns: minmax(0, 1fr); } .overview:not(.many) > .all { grid-area: auto; } }
@media (max-width: 600px) { body { padding: 0 12px 24px; } header { padding-top: 16px; } .panel { padding: 12px; }
  .scroll { margin: 0; padding: 0; } thead th { white-space: normal; } th, td { padding-left: 14px; }
  tbody th { white-space: normal; min-width: 96px; max-width: 36vw; } .tag { font-size: 12px; } }
@media print { :root { color-scheme: light; --bg: #ffffff; --panel: #ffffff; --raised: #f0f0f0; --line: #cccccc;
  --text: #000000; --dim: #444444; --accent: #1d64d0; --good: #0b5c39; --bad: #a01c22; --warn: #6b4600; --pane: #ffffff; }
  body { padding: 0; font-size: 10pt; } .panel { border: 0; padding: 0; }
  .overview { grid-template-columns: minmax(0, 1fr); }
  .overview:not(.many) > .all { grid-area: auto; } .side { grid-template-columns: repeat(2, minmax(0, 1fr)); } .side > :first-child { grid-column: 1 / -1; }
  .scroll { overflow: visible; margin: 0; padding: 0; } .panel, .curves, .bars, tr { break-inside: avoid; }
  thead { display: table-header-group; } .panel:has(.list) { break-inside: auto; } a { text-decoration: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
@page { margin: 14mm; }
`;
