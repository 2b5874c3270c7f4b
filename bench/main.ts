import { cpus, totalmem } from "node:os";
import { engineFigures } from "./engine.ts";
import { evaluatorFigures } from "./evaluator.ts";
import type { Figure } from "./figure.ts";
import { reviewFigures } from "./review.ts";
import { startFigures } from "./start.ts";
import { upFigures } from "./up.ts";

// Figures of this machine, in one run: ratios can be compared between machines, seconds cannot.
const json = process.argv.includes("--json");
const say = (line: string) => process.stderr.write(`${line}\n`);
const figures: Figure[] = [];
for (const measure of [evaluatorFigures, startFigures, reviewFigures, engineFigures, upFigures])
  figures.push(...(await measure(say)));

const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
if (json) process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`);
else process.stdout.write(`${machine}\n${figures.map(line).join("\n")}\n`);

function line({ what, value, unit, against }: Figure): string {
  const ratio = against ? `  ${(value / against.value).toFixed(2)} times ${against.what}` : "";
  return `  ${what}: ${value.toFixed(unit === "MiB" ? 0 : 2)} ${unit}${ratio}`;
}
