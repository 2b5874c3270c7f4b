import { describeProblems } from "../components/problem.ts";
import type { CostLine } from "../review/cost/line.ts";
import type { Outcome, PodReport } from "./outcome.ts";

/** The summary of a command for a person. */
export function summary(outcome: Outcome): string {
  const { command, stack, result, seconds, problems, warnings, leftovers } = outcome;
  const sections = [
    `${command} ${stack}: ${result} in ${seconds} s${operationsText(outcome)}`,
    outcome.totals,
    podsTable(outcome.pods),
    balancersText(outcome),
    genuineText(outcome),
    list("Opened by settings:", outcome.opened),
    list("Simulated, so not proved:", outcome.simulated),
    list("Still there:", leftovers),
    list("Stays on purpose on a real cloud:", outcome.kept),
    list(
      "Protected: `pulumi destroy` refuses to delete it, and only a rehearsal goes on:",
      outcome.protectedResources,
    ),
    warnings.length > 0 ? `Warnings:\n${describeProblems(warnings)}` : "",
    problems.length > 0 ? `Problems:\n${describeProblems(problems)}` : "",
    result === "succeeded" ? nextSteps(outcome) : lookAround(outcome),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

function operationsText({ operations }: Outcome): string {
  const counts = Object.entries(operations).filter(([, count]) => count > 0);
  return counts.length > 0
    ? `: ${counts.map(([operation, count]) => `${count} ${operation}`).join(", ")}`
    : "";
}

/** One line per pod, by pool, with the reason of each that waits. */
function podsTable(pods: readonly PodReport[]): string {
  if (pods.length === 0) return "";
  const rows = [...pods]
    .sort((a, b) => a.pool.localeCompare(b.pool))
    .map(({ pool, namespace, name, phase, ready, reason }) => [
      pool || "-",
      `${namespace}/${name}`,
      ready ? phase : `${phase}, not ready`,
      reason,
    ]);
  const ready = pods.filter((pod) => pod.ready).length;
  return `${ready} of ${pods.length} pods ready\n${table([["POOL", "POD", "PHASE", ""], ...rows])}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `  ${line(row).trimEnd()}`).join("\n");
}

function genuineText(outcome: Outcome): string {
  const { genuineProviders, standIns, command, result, routes, policies } = outcome;
  if (command === "status" || command === "down" || result === "refused") return "";
  const lines = [
    ...(routes.length > 0 ? [`${routes.length} routes, ${policies.length} network policies`] : []),
    ...(genuineProviders.length > 0 ? [`Providers that are genuine: ${genuineProviders.join(", ")}`] : []),
    `Providers that are stand-ins: ${standIns.providers.join(", ") || "none"}`,
    `Charts that are stand-ins: ${standIns.charts.join(", ") || "none"}`,
    ...(standIns.charts.length > 0
      ? ["  (give a folder of archives with --charts to rehearse with genuine ones)"]
      : []),
  ];
  return lines.join("\n");
}

function list(title: string, items: readonly string[]): string {
  return items.length > 0 ? `${title}\n${items.map((item) => `  ${item}`).join("\n")}` : "";
}

/** What the way in costs, but for what follows from its use. */
function balancersText({ loadBalancers }: Outcome): string {
  const price = ({ monthly, source }: CostLine) =>
    monthly === undefined
      ? "at a price not known here"
      : `${monthly.toFixed(2)} US dollars a month (${source})`;
  const fixed = loadBalancers.filter(({ rate }) => rate === undefined);
  const lines = fixed.map((line) => `  ${line.resource}: ${line.what}, ${price(line)}`);
  return lines.length > 0 ? ["Load balancers, traffic apart:", ...lines].join("\n") : "";
}

function nextSteps(outcome: Outcome): string {
  const { command, url, names, firstAdministrator } = outcome;
  if (command !== "up") return command === "status" ? lookAroundLines(outcome) : "";
  const lines = [
    `On a real cluster it would answer at ${url}`,
    ...(names.length > 0 ? ["after these records, or like ones, are made:"] : []),
    ...names.map((name) => `  ${name}`),
    firstAdministrator,
    "",
    lookAroundLines(outcome),
  ];
  return lines.join("\n");
}

function lookAround(outcome: Outcome): string {
  const { command, kubeconfig } = outcome;
  return command === "up" && kubeconfig ? lookAroundLines(outcome) : "";
}

/** A path as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function lookAroundLines({ stack, kubectl, kubeconfig }: Outcome): string {
  return [
    `Look around:  ${quoted(kubectl)} --kubeconfig ${quoted(kubeconfig)} get pods -A`,
    `End it:       npm run rehearse -- down ${stack}`,
  ].join("\n");
}
