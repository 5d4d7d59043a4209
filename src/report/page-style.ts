/** The style of the page: on a phone, on a screen, at night and on paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa;
  --accent: #0b57d0; --good: #1a7f37; --bad: #b3261e; --first: #0b57d0; --gpu: #8250df; --store: #9a6700;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b3; --line: #3d444d; --card: #161b22;
    --accent: #8ab4f8; --good: #57d26e; --bad: #ff8a80; --first: #8ab4f8; --gpu: #c8a6ff; --store: #e3b341;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
a { color: var(--accent); }
small, .soft { color: var(--soft); font-size: .875rem; }
ul { padding-left: 1.2rem; margin: .5rem 0; }
.remark { border-left: 4px solid var(--bad); padding: .25rem .75rem; background: var(--card); white-space: pre-wrap; }
.sum { font-size: 1.35rem; font-weight: 600; }
.command { display: flex; gap: .5rem; align-items: start; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.command code { flex: 1; white-space: pre-wrap; }
code { font: .875rem/1.5 ui-monospace, monospace; }
button { font: inherit; font-size: .875rem; color: var(--paper); background: var(--accent); border: 0; border-radius: .375rem; padding: .25rem .75rem; min-height: 2.25rem; cursor: pointer; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); }
.picture { display: block; width: 100%; max-width: 36rem; height: auto; margin: 0 auto; }
.picture text { fill: var(--ink); font: 11px system-ui, sans-serif; }
.picture .small { fill: var(--soft); font-size: 9.5px; }
.picture .box { fill: var(--card); stroke: var(--line); }
.picture .paper { fill: var(--paper); }
.picture .wire { stroke: var(--soft); fill: none; }
.picture .bus { stroke-width: 3; fill: none; }
.picture .first { stroke: var(--first); } .picture .gpu { stroke: var(--gpu); } .picture .store { stroke: var(--store); }
.picture circle.first { fill: var(--first); } .picture circle.gpu { fill: var(--gpu); }
@media (max-width: 40rem) {
  body { overflow-wrap: anywhere; }
  .stack thead { position: absolute; clip-path: inset(50%); height: 1px; width: 1px; overflow: hidden; }
  .stack tr { display: block; border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .25rem .5rem; }
  .stack td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; }
  .stack td::before { content: attr(data-label); flex: none; color: var(--soft); }
  .stack td:empty { display: none; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #999; --card: #fff; --accent: #000; --good: #000; --bad: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  button { display: none; }
  .links a::after { content: ' ' attr(href); font-size: .8em; }
  tr, .command, .picture { break-inside: avoid; }
}
`;
