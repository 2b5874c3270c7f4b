import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type Chart, type ChartKey, charts as ourCharts } from "../../components/charts.ts";
import { type Problem, ProblemsError } from "../../components/problem.ts";
import { type ResolvedChart, resolveCharts } from "../../rehearsal/charts/resolve.ts";
import type { Report } from "../../toolchain/binaries.ts";
import { runProgram } from "../../toolchain/run-program.ts";
import type { Mask } from "./mask.ts";
import type { KubernetesObject, PlannedObject, PlannedResource } from "./plan.ts";

/** Type of a Helm release. */
export const releaseType = "kubernetes:helm.sh/v3:Release";

/** Kubernetes version charts are rendered for: the one the rehearsal runs. */
const kubernetesVersion = "1.36.1";

/** What rendering needs. */
export interface RenderOptions {
  readonly helm: string;
  /** Folders with chart archives that the user named. */
  readonly folders: readonly string[];
  readonly cache: string;
  readonly report: Report;
  /** Hides the secrets of what was rendered. */
  readonly mask: Mask;
}

/** Objects of releases, and what was not genuine about them. */
export interface Rendered {
  readonly objects: readonly PlannedObject[];
  readonly standIns: readonly string[];
  readonly problems: readonly Problem[];
}

type RenderedObject = Pick<PlannedObject, "object" | "kept">;

/** Renders releases as Helm would; what was rendered once in a review is not rendered again. */
export class Renderer {
  readonly #options: RenderOptions;
  readonly #scratch = mkdtempSync(join(tmpdir(), "review-charts-"));
  readonly #charts = new Map<string, Promise<ResolvedChart | undefined>>();
  readonly #rendered = new Map<string, Promise<readonly RenderedObject[]>>();

  constructor(options: RenderOptions) {
    this.#options = options;
    mkdirSync(options.cache, { recursive: true });
  }

  /** The objects of every release among the resources. */
  async render(resources: readonly PlannedResource[]): Promise<Rendered> {
    const releases = resources.filter(({ type }) => type === releaseType);
    const rendered = await Promise.all(releases.map((release) => this.#release(release)));
    return {
      objects: rendered.flatMap(({ objects }) => objects),
      standIns: [...new Set(rendered.flatMap(({ standIns }) => standIns))],
      problems: rendered.flatMap(({ problems }) => problems),
    };
  }

  /** Removes what was written for it. */
  dispose(): void {
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  async #release(release: PlannedResource): Promise<Rendered> {
    const { chart, version = "", namespace, name, values = {} } = release.inputs as Record<string, string>;
    const known = await this.#chart(release);
    const title = `${basename(chart ?? "")} ${version}`.trim();
    if (!known) {
      return {
        objects: [],
        standIns: [`${title}: not to be had, so its objects are not compared`],
        problems: [],
      };
    }
    const args = [
      ...["template", String(name), known.path, "--namespace", String(namespace)],
      ...["--include-crds", "--no-hooks", "--kube-version", kubernetesVersion, "--values", "-"],
    ];
    try {
      const found = await this.#template(args, JSON.stringify(values), String(namespace));
      return {
        objects: found.map((one) => ({ ...one, owner: release.name, by: "release" })),
        standIns: known.standIn ? [`${title}: a stand-in with the facts of the genuine chart`] : [],
        problems: [],
      };
    } catch (error) {
      const fix =
        "Mend the values of the release, or its chart; the engine's preview would not have noticed.";
      return {
        objects: [],
        standIns: [],
        problems: [
          { path: release.name, reason: `${title} does not render: ${(error as Error).message}`, fix },
        ],
      };
    }
  }

  #chart(release: PlannedResource): Promise<ResolvedChart | undefined> {
    const source = chartOf(release);
    const key = JSON.stringify(source);
    const found = this.#charts.get(key) ?? this.#resolve(release.inputs.chart, source);
    this.#charts.set(key, found);
    return found;
  }

  async #resolve(chart: unknown, source: Chart): Promise<ResolvedChart | undefined> {
    if (typeof chart === "string" && existsSync(chart)) return { path: chart, standIn: false };
    const key = (Object.keys(ourCharts) as ChartKey[]).find((key) => ourCharts[key].name === source.name);
    const folder = join(this.#scratch, createHash("sha256").update(JSON.stringify(source)).digest("hex"));
    // A chart the list does not have takes the place of one that has no stand-in worth the name.
    const resolved = await resolveCharts({
      ...this.#options,
      standIns: folder,
      charts: { [key ?? "speckle"]: source } as Record<ChartKey, Chart>,
    });
    const found = resolved[key ?? "speckle"];
    return key === undefined && found.standIn ? undefined : found;
  }

  #template(args: readonly string[], values: string, namespace: string): Promise<readonly RenderedObject[]> {
    const key = createHash("sha256")
      .update(JSON.stringify([args, values]))
      .digest("hex");
    const found = this.#rendered.get(key) ?? this.#run(args, values, namespace);
    this.#rendered.set(key, found);
    return found;
  }

  async #run(args: readonly string[], values: string, namespace: string): Promise<readonly RenderedObject[]> {
    const { helm, mask } = this.#options;
    const text = await runHelm(helm, args, values, this.#scratch);
    return objectsIn(text, namespace).map(({ object, kept }) => ({ object: mask(object), kept }));
  }
}

/** A release's chart in the terms of the list, with the digest the list names for that very version. */
function chartOf({ inputs }: PlannedResource): Chart {
  const { chart, version, repositoryOpts } = inputs as {
    chart: string;
    version: string;
    repositoryOpts?: { repo: string };
  };
  const name = basename(chart);
  const listed: Chart | undefined = Object.values(ourCharts).find(
    (candidate) => candidate.name === name && candidate.version === version,
  );
  return {
    name,
    version,
    repository: repositoryOpts?.repo ?? chart,
    images: "",
    why: "",
    ...(listed?.digest && { digest: listed.digest }),
  };
}

/** Helm's own folders are kept away from the user's: a review leaves no trace. @throws Error with Helm's last words */
async function runHelm(helm: string, args: readonly string[], input: string, home: string): Promise<string> {
  const env = { PATH: process.env.PATH, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  try {
    return await runProgram({ program: helm, args, env, input });
  } catch (error) {
    throw new Error((error as Error).message.split("\n").filter(Boolean).at(-1));
  }
}

/** @throws ProblemsError when a chart renders something that is no YAML */
function objectsIn(text: string, namespace: string): RenderedObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if ("errors" in document && document.errors[0])
      throw new ProblemsError([yamlProblem(document.errors[0])]);
    const object = "toJS" in document ? document.toJS() : undefined;
    if (!object?.kind || !object.metadata?.name) return [];
    // Helm names each object's file; what stands in crds/ it installs once, and never changes or deletes.
    const definition = /Source: [^\n]*\/crds\//.test(
      document.commentBefore ?? document.contents?.commentBefore ?? "",
    );
    const policy = object.metadata.annotations?.["helm.sh/resource-policy"];
    return [{ object: inNamespace(object, namespace), kept: definition || policy === "keep" }];
  });
}

function yamlProblem(error: Error): Problem {
  return { path: "templates", reason: error.message, fix: "Mend the chart's template." };
}

const clusterScoped = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "CSIDriver",
  "CustomResourceDefinition",
  "GatewayClass",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "ClusterIssuer",
  "ClusterImageCatalog",
]);

/** Helm puts an object that names no namespace into the release's own. */
export function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  if (object.metadata.namespace || clusterScoped.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
