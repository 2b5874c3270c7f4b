import { setTimeout as pause } from "node:timers/promises";
import { traefikNamespace } from "../components/edge/traefik-values.ts";
import { environmentHosts } from "../components/environment-plan.ts";
import type { Problem } from "../components/problem.ts";
import type { Settings } from "../stacks/settings.ts";
import { certificateProblem } from "./certificate.ts";
import type { Findings } from "./outcome.ts";
import { type Looked, type Question, questions, startPage } from "./questions.ts";
import { type Answer, addressesOf, ask, shownCertificate, type Way } from "./way.ts";

/** What is to be looked at, and how. */
export interface SmokeOptions {
  readonly settings: Pick<
    Settings,
    "domain" | "namespace" | "registration" | "gate" | "signIn" | "objectStore" | "allowFrom" | "certificate"
  >;
  readonly way: Way;
  /** Seconds in which it may yet become as it should be; default: none. */
  readonly wait?: number;
  /** Told what is not as it should be yet. */
  readonly report?: (line: string) => void;
}

/** Between two looks, in milliseconds. */
const between = 5000;

/** Looks at an environment as its users meet it: names, certificates, and what every public route answers. */
export async function smoke({ settings, way, wait = 0, report = () => {} }: SmokeOptions): Promise<Findings> {
  const deadline = Date.now() + wait * 1000;
  for (;;) {
    const findings = await look(settings, way);
    const left = deadline - Date.now();
    if (findings.problems.length === 0 || left <= 0) return findings;
    report(`not yet: ${findings.problems.map(({ path }) => path).join(", ")}`);
    await pause(Math.min(between, left));
  }
}

async function look(settings: SmokeOptions["settings"], way: Way): Promise<Findings> {
  const hosts = environmentHosts(settings.domain, settings.objectStore.mode === "inCluster");
  const reached = await together(hosts.map((host) => lookAtHost(host, settings, way)));
  // Where nobody answers, each question would only say so once more.
  if (reached.problems.some(({ path }) => path === settings.domain)) return reached;
  return together([
    reached,
    lookAtRoutes({ ...settings, objectStoreHost: hosts[1] }, settings.allowFrom, way),
  ]);
}

async function together(looks: readonly (Findings | Promise<Findings>)[]): Promise<Findings> {
  const all = await Promise.all(looks);
  return { passed: all.flatMap(({ passed }) => passed), problems: all.flatMap(({ problems }) => problems) };
}

async function lookAtHost(
  host: string,
  { namespace, certificate: { mode } }: SmokeOptions["settings"],
  way: Way,
) {
  const leads = way.address ? [way.address] : await addressesOf(host).catch(() => []);
  if (leads.length === 0) {
    const fix = "Make the records that `pulumi stack output names` prints, or ask at an address with --at.";
    return failed({ path: host, reason: "the name leads nowhere", fix });
  }
  try {
    const shown = await shownCertificate(way, host);
    const problem = certificateProblem(host, shown, { namespace, mode, now: new Date() });
    const named = `${host} leads to ${leads.join(", ")}`;
    if (problem) return { passed: [named], problems: [problem] };
    return {
      passed: [named, `${host}: the certificate is trusted until ${shown.certificate.validTo}`],
      problems: [],
    };
  } catch (error) {
    return failed(unanswered(host, `at ${leads.join(", ")}`, error as Error));
  }
}

async function lookAtRoutes(looked: Looked, allowFrom: readonly string[], way: Way): Promise<Findings> {
  const first = startPage(looked);
  const start = await ask(way, first.request).catch((error: Error) => error);
  if (start instanceof Error) return failed(unanswered(looked.domain, "", start));
  if (start.status === 403 && allowFrom.length > 0) {
    const only = allowFrom.join(" and ");
    return passed(`nobody comes in but from ${only}: more is seen from there alone`);
  }
  const others = questions(looked).map((question) => judge(question, start, ask(way, question.request)));
  return together([judge(first, start, Promise.resolve(start)), ...others]);
}

async function judge(question: Question, start: Answer, asked: Promise<Answer>): Promise<Findings> {
  const { what, request, wrong, fix } = question;
  const path = `${request.method ?? "GET"} ${request.plain ? "http" : "https"}://${request.host}${request.path}`;
  try {
    const reason = wrong(await asked, start);
    return reason === undefined ? passed(what) : failed({ path, reason, fix });
  } catch (error) {
    return failed(unanswered(path, "", error as Error));
  }
}

function passed(what: string): Findings {
  return { passed: [what], problems: [] };
}

function failed(problem: Problem): Findings {
  return { passed: [], problems: [problem] };
}

function unanswered(path: string, where: string, { message, code }: NodeJS.ErrnoException): Problem {
  // Where several addresses were tried there is a code alone.
  const reason = `nobody answers${where && ` ${where}`}: ${message || code}`;
  return {
    path,
    reason,
    fix: `Whatever leads to Traefik does not: kubectl -n ${traefikNamespace} get pods,services`,
  };
}
