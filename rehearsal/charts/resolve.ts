import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type Chart, type ChartKey, chartSource, charts as ourCharts } from "../../components/charts.ts";
import { type Problem, ProblemsError } from "../../components/problem.ts";
import type { Report } from "../../toolchain/binaries.ts";
import { writeStandIn } from "./stand-ins.ts";

/** Where one chart is, and whether it is a stand-in for the genuine one. */
export interface ResolvedChart {
  /** An archive, or a stand-in's folder. */
  readonly path: string;
  readonly standIn: boolean;
}

/** Charts of the list as local paths. */
export type ResolvedCharts = Partial<Record<ChartKey, ResolvedChart>>;

/** What `resolveCharts` needs. */
export interface ResolveOptions<Key extends ChartKey = ChartKey> {
  /** Folders with archives that the user named; the first that has one wins. */
  readonly folders: readonly string[];
  /** Folder all checkouts share. */
  readonly cache: string;
  /** Path of the Helm 3 program. */
  readonly helm: string;
  /** Folder the stand-ins are written to. */
  readonly standIns: string;
  readonly report: Report;
  /** The charts that are wanted; default: all of the list. */
  readonly charts?: Partial<Record<Key, Chart>>;
}

/** Longest time one pull may take, in milliseconds: somebody is waiting, and a stand-in will do. */
const pullMilliseconds = 10_000;
/** How long a chart that could not be reached is not tried again, in milliseconds: an hour. */
const retryMilliseconds = 3_600_000;

/**
 * Finds every chart: in the folders the user named, in the cache, or in its repository; else a stand-in is written.
 * @throws ProblemsError when a folder is not there, or an archive is not the one the list names
 */
export async function resolveCharts<Key extends ChartKey = ChartKey>(
  options: ResolveOptions<Key>,
): Promise<Record<Key, ResolvedChart>> {
  const { folders, charts = ourCharts } = options;
  const missing = folders.filter((folder) => !existsSync(folder));
  if (missing.length > 0) throw new ProblemsError(missing.map(missingFolder));
  const entries = Object.entries(charts) as [Key, Chart][];
  const found = new Map(entries.map(([key, chart]) => [key, findArchive(chart, options)]));
  const wrong = entries.flatMap(([key, chart]) => digestProblems(chart, found.get(key)));
  if (wrong.length > 0) throw new ProblemsError(wrong);
  const resolved = entries.map(async ([key, chart]) => {
    const archive = found.get(key) ?? (await pull(chart, options));
    const path = archive ?? writeStandIn(key, options.standIns);
    return [key, { path, standIn: archive === undefined }] as const;
  });
  return Object.fromEntries(await Promise.all(resolved)) as Record<Key, ResolvedChart>;
}

/** The inputs of a Helm release that say which chart it is of. */
export interface ReleaseSource {
  readonly chart: string;
  readonly version?: string;
  readonly repositoryOpts?: { readonly repo?: string };
}

/** The local path of a release's chart; undefined when it is none of the list. */
export function localChart(resolved: ResolvedCharts, source: ReleaseSource): string | undefined {
  const key = (Object.keys(ourCharts) as ChartKey[]).find((candidate) => {
    const { chart, repositoryOpts } = chartSource(ourCharts[candidate]);
    const sameVersion = source.version === undefined || source.version === ourCharts[candidate].version;
    return sameVersion && source.chart === chart && source.repositoryOpts?.repo === repositoryOpts?.repo;
  });
  return key && resolved[key]?.path;
}

/** Where a chart's archive is, in folders that exist; undefined when in none. */
export function findArchive(
  chart: Chart,
  { folders, cache }: Pick<ResolveOptions, "folders" | "cache">,
): string | undefined {
  return [...folders, cachedCharts(cache)]
    .map((folder) => join(folder, archiveName(chart)))
    .find((file) => existsSync(file));
}

function cachedCharts(cache: string): string {
  return join(cache, "charts");
}

function archiveName({ name, version }: Chart): string {
  return `${name}-${version}.tgz`;
}

function missingFolder(folder: string): Problem {
  return {
    path: folder,
    reason: "no such folder, so no chart can be taken from it",
    fix: "Name a folder with chart archives in --charts or SPECKLE_STACKS_CHARTS, or leave it out.",
  };
}

function digestProblems({ digest }: Chart, file: string | undefined): Problem[] {
  if (!digest || !file) return [];
  const actual = createHash("sha256").update(readFileSync(file)).digest("hex");
  if (actual === digest) return [];
  return [
    {
      path: file,
      reason: `its SHA-256 is ${actual}, but components/charts.ts names ${digest}: it is another archive, or was changed`,
      fix: "Delete the file to have the chart pulled again. If the new archive is right, put its digest into components/charts.ts.",
    },
  ];
}

/** Pulls a chart into the cache; undefined when it cannot be reached, which is remembered. */
async function pull(chart: Chart, options: ResolveOptions): Promise<string | undefined> {
  const { cache, report } = options;
  const archive = join(cachedCharts(cache), archiveName(chart));
  const memory = `${archive}.unreachable`;
  const name = `${chart.name} ${chart.version}`;
  if (recent(memory)) return undefined;
  report(`${name}: pulling from ${chart.repository}`);
  try {
    await pullInto(chart, archive, options);
    rmSync(memory, { force: true });
    return archive;
  } catch (error) {
    if (error instanceof ProblemsError) throw error;
    writeFileSync(memory, "");
    const why = lastLine(error as PullError);
    report(
      `${name}: a stand-in for an hour, since it could not be pulled: ${why}; to try sooner: rm ${memory}`,
    );
    return undefined;
  }
}

function recent(file: string): boolean {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return age < retryMilliseconds;
}

/** To a folder of its own first: the cache never holds half an archive, nor one that is not the list's. */
async function pullInto(chart: Chart, archive: string, { helm, cache }: ResolveOptions): Promise<void> {
  mkdirSync(cachedCharts(cache), { recursive: true });
  const folder = mkdtempSync(join(cachedCharts(cache), "pull-"));
  const { chart: reference, repositoryOpts } = chartSource(chart);
  const repository = repositoryOpts ? ["--repo", repositoryOpts.repo] : [];
  const args = ["pull", reference, ...repository, "--version", chart.version, "--destination", folder];
  try {
    await promisify(execFile)(helm, args, {
      timeout: pullMilliseconds,
      env: { ...process.env, HELM_CACHE_HOME: folder },
    });
    const pulled = join(folder, basename(archive));
    const wrong = digestProblems(chart, pulled);
    if (wrong.length > 0) throw new ProblemsError(wrong.map((problem) => ({ ...problem, path: archive })));
    renameSync(pulled, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program that failed, or was ended, leaves behind. */
interface PullError extends Error {
  readonly killed?: boolean;
  readonly stderr?: string;
}

function lastLine({ killed, stderr, message }: PullError): string {
  if (killed) return `no answer within ${pullMilliseconds / 1000} s`;
  return (stderr?.trim() || message).split("\n").at(-1) ?? "";
}
