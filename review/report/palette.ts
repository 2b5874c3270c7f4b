import type { Effect } from "../effects/change.ts";

/** Class of an effect in the page's styles. */
export const effectClass: Readonly<Record<Effect, string>> = {
  none: "calm",
  "rolling restart": "roll",
  downtime: "down",
  replacement: "anew",
  "data loss": "loss",
};

/** The page's styles: one column that reads on a phone, light and dark as the reader's system has it. */
export const styles = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d1f23; --quiet: #5c626d; --line: #d9dce1;
  --calm: #4c7a5a; --roll: #2f6fb2; --down: #a05a00; --anew: #8a3fa0; --loss: #c02626; --pod: #dfe9f5; --heavy: #f0e4d4; }
@media (prefers-color-scheme: dark) {
  :root { --page: #16181c; --card: #1f2227; --ink: #e8eaee; --quiet: #a3aab6; --line: #3a3f48;
    --calm: #8cc79d; --roll: #84b8ee; --down: #f0b056; --anew: #d79be8; --loss: #ff8a80; --pod: #2a3b50; --heavy: #4a3c28; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.25rem; } h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
section.card, details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
ul { padding-left: 1.2rem; margin: .5rem 0; } li { margin: .35rem 0; overflow-wrap: anywhere; }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .scroll { overflow-x: auto; }
.calm { color: var(--calm); } .roll { color: var(--roll); } .down { color: var(--down); } .anew { color: var(--anew); } .loss { color: var(--loss); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .quiet { fill: var(--quiet); font-size: 11px; } svg .box { fill: var(--card); stroke: var(--line); } svg .bar { fill: var(--line); }
svg .fill { fill: var(--roll); } svg .pod { fill: var(--pod); } svg .pod.on-heavy { fill: var(--heavy); } svg .wire { stroke: var(--quiet); fill: none; }
svg .waiting { fill: var(--loss); }
`;
