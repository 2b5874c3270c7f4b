import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { type ChartKey, charts } from "../../components/charts.ts";
import { autoscaler, autoscalerValues } from "../../components/cluster/aws-autoscaler-values.ts";
import type { Entry } from "../../components/cluster/contract.ts";
import { cacheValues } from "../../components/data/cache-values.ts";
import { objectStoreValues } from "../../components/data/object-store-values.ts";
import { postgresOperatorValues } from "../../components/data/postgres-cluster.ts";
import { certManagerValues } from "../../components/edge/cert-manager-values.ts";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { deepMerge, isPlainObject, leafPaths, type PlainObject } from "../../components/merge.ts";
import { signInValues } from "../../components/speckle/sign-in.ts";
import { speckleValues } from "../../components/speckle/values.ts";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { findArchive } from "../../rehearsal/charts/resolve.ts";
import { writeStandIn } from "../../rehearsal/charts/stand-ins.ts";
import { presets } from "../../stacks/presets.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { chartFacts, insecurePods } from "../support/chart-facts.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** One rendering of a chart with values this project sets. */
interface Rendering {
  readonly key: ChartKey;
  readonly about: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: PlainObject;
}

/** Texts that the chart would take for a number or for more of its document. */
const everyProvider = {
  local: false,
  google: { clientId: "0123456789" },
  github: { clientId: "12345678e90" },
  azureAd: { clientId: "true", tenant: "4e1bfbc3-dc3e-41f2-a18f-1b4d7ba71679", name: 'Design: "Acme" # 1' },
  oidc: { clientId: "- a", name: "{{ office }}", discoveryUrl: "https://id.example.com/a?b=c#d" },
};

/** What `extraValues` may switch besides, as far as Secrets and service accounts follow from it. */
const switches = {
  preview_service: { dedicatedPreviewsQueue: false },
  db: { useCertificate: true },
  ifc_import_service: { db: { certificate: { enabled: true } } },
  server: {
    affinity: { nodeAffinity: {} },
    additionalEnvVars: [{ name: "LOGO", valueFrom: { secretKeyRef: { name: "speckle-s3", key: "logo" } } }],
    email: { enabled: true, password: { secretName: "mail", secretKey: "password" } },
    auth: signInValues(everyProvider),
  },
};

const renderings: readonly Rendering[] = [
  ...(["dev", "production"] as const).flatMap(presetRenderings),
  ...[false, true].map((ifcImport) => ({
    key: "speckle" as const,
    about: `everything switched, IFC import ${ifcImport ? "on" : "off"}`,
    release: "speckle-server",
    namespace: "design",
    values: deepMerge(speckleValuesOf("dev", ifcImport), switches),
  })),
  {
    key: "postgresOperator",
    about: "its one size",
    release: "cloudnative-pg",
    namespace: "cnpg-system",
    values: postgresOperatorValues,
  },
  {
    key: "certManager",
    about: "its one size",
    release: "cert-manager",
    namespace: "cert-manager",
    values: certManagerValues,
  },
  {
    key: "clusterAutoscaler",
    about: "its one size",
    release: "cluster-autoscaler",
    namespace: autoscaler.namespace,
    values: autoscalerValues({ cluster: "design", region: "eu-central-1" }),
  },
];

function presetRenderings(name: "dev" | "production"): Rendering[] {
  const preset = presets[name];
  const entry: Entry =
    name === "dev"
      ? { type: "NodePort", httpNodePort: 30080, httpsNodePort: 30443 }
      : { type: "LoadBalancer" };
  const storageClass = name === "dev" ? undefined : "fast";
  const origin = "https://speckle.example.com";
  return [
    ...[false, true].map((ifcImport) => ({
      key: "speckle" as const,
      about: `${name}, IFC import ${ifcImport ? "on" : "off"}`,
      release: "speckle-server",
      namespace: "design",
      values: speckleValuesOf(name, ifcImport),
    })),
    {
      key: "traefik",
      about: name,
      release: "traefik",
      namespace: "traefik",
      values: traefikValues({ entry, replicas: preset.traefikReplicas }),
    },
    {
      key: "valkey",
      about: name,
      release: "speckle-valkey",
      namespace: "design",
      values: cacheValues({ ...preset.cache, storageClass, secretVersion: "v1" }),
    },
    {
      key: "objectStore",
      about: name,
      release: "speckle-object-store",
      namespace: "design",
      values: objectStoreValues({ ...preset.objectStore, origin, storageClass, secretVersion: "v1" }),
    },
  ];
}

function speckleValuesOf(preset: "dev" | "production", ifcImport: boolean): PlainObject {
  return speckleValues({
    domain: "speckle.example.com",
    namespace: "design",
    postgres: { name: "speckle-postgres-url", key: "postgres_url" },
    secretVersions: { postgres: "p", cache: "c", objectStore: "o", session: "s" },
    objectStore: {
      endpoint: "http://store:7070",
      publicEndpoint: "https://s3.speckle.example.com",
      region: "us-east-1",
      bucket: "speckle",
      accessKey: "SPK1",
    },
    workloads: presets[preset].workloads,
    ifcImport,
    telemetry: preset === "production",
  });
}

const sources = { folders: chartFolders(), cache: cacheDirectory() };
const archiveOf = (key: ChartKey) => findArchive(charts[key], sources);

/** What the genuine Speckle chart of another build rendered, where it lies beside the checkout. */
const references = new URL("../../../shared/reference/speckle-chart/", import.meta.url);

describe("the stand-in charts", function () {
  this.timeout(120_000);
  const folder = temporaryFolder("charts");
  let helm: string;

  before(async () => {
    helm = (await binaries(() => {})).helm;
  });

  /** Renders with real Helm; values go in as this project's own Release gives them. */
  function render(chart: string, { release, namespace, values }: Omit<Rendering, "key" | "about">): string {
    const args = ["template", release, chart, "--namespace", namespace, "--kube-version", "1.36.1"];
    const input = JSON.stringify(values);
    return execFileSync(helm, [...args, "--values", "-"], { input, encoding: "utf8", maxBuffer: 2 ** 26 });
  }
  const standIn = (rendering: Rendering) => render(writeStandIn(rendering.key, folder), rendering);

  for (const rendering of renderings) {
    const { key, about, namespace } = rendering;
    const archive = archiveOf(key);

    if (archive) {
      it(`render for ${key} what the genuine chart does (${about})`, () => {
        const genuine = chartFacts(render(archive, rendering), namespace);
        assert.ok(Object.keys(genuine).length >= 3);
        assert.deepEqual(chartFacts(standIn(rendering), namespace), genuine);
      });
    }

    it(`render pods of ${key} that their namespace admits (${about})`, () => {
      const admitted = key === "speckle" ? ["speckle-frontend-2"] : [];
      assert.deepEqual(insecurePods(standIn(rendering)), admitted);
    });
  }

  for (const [about, wanted] of [
    ["dev", 0],
    ["production", 1],
  ] as const) {
    it(`ask for ${wanted} load balancers between them, since each costs (${about})`, () => {
      const all = renderings.filter((one) => one.about === about || one.about === "its one size");
      const texts = all.flatMap((one) => {
        const archive = archiveOf(one.key);
        return [standIn(one), ...(archive ? [render(archive, one)] : [])].map((text) => ({
          key: one.key,
          text,
        }));
      });
      const asking = texts.filter(({ text }) =>
        parseAllDocuments(text).some((document) => document.toJSON()?.spec?.type === "LoadBalancer"),
      );
      assert.equal(new Set(asking.map(({ key }) => key)).size, wanted);
      assert.ok(asking.every(({ text }) => text.match(/"?type"?: "?LoadBalancer/g)?.length === 1));
    });
  }

  if (!archiveOf("speckle") && existsSync(references)) {
    for (const name of ["minimal", "production"]) {
      it(`render for speckle what the genuine chart was seen to (${name})`, () => {
        const text = (file: string) => readFileSync(new URL(file, references), "utf8");
        const values: PlainObject = parse(text(`rendered-${name}.values.yaml`));
        const rendering = { release: "speckle-server", namespace: "speckle", values };
        const own = render(writeStandIn("speckle", folder), rendering);
        // Made from a checkout, so under another name and version; its test pod is never asked for here.
        const seen = text(`rendered-${name}.yaml`)
          .replace(/^(\s*helm.sh\/chart): .*$/gm, `$1: ${charts.speckle.name}-${charts.speckle.version}`)
          .replace(/^(\s*app.kubernetes.io\/part-of): .*$/gm, `$1: ${charts.speckle.name}`)
          .replace(/^(\s*app.kubernetes.io\/version): .*$/gm, `$1: ${charts.speckle.version}`);
        const { "ServiceAccount speckle/speckle-test-deployment": _test, ...genuine } = chartFacts(
          seen,
          "speckle",
        );
        assert.deepEqual(chartFacts(own, "speckle"), genuine);
      });
    }
  }

  const speckle = archiveOf("speckle");
  if (speckle) {
    it("tell the genuine server its identity providers as they were given", () => {
      const values = deepMerge(speckleValuesOf("dev", false), {
        server: { auth: signInValues(everyProvider) },
      });
      const text = render(speckle, { release: "speckle-server", namespace: "design", values });
      const { env } = parseAllDocuments(text)
        .map((document) => document.toJSON())
        .find((one) => one?.kind === "Deployment" && one.metadata.name === "speckle-server").spec.template
        .spec.containers[0];
      const told = (variable: string) => env.find(({ name }: { name: string }) => name === variable)?.value;
      const { google, github, azureAd, oidc } = everyProvider;
      const authority = `https://login.microsoftonline.com/${azureAd.tenant}/v2.0`;
      const wanted = {
        STRATEGY_LOCAL: "false",
        GOOGLE_CLIENT_ID: google.clientId,
        GITHUB_CLIENT_ID: github.clientId,
        AZURE_AD_CLIENT_ID: azureAd.clientId,
        AZURE_AD_ORG_NAME: azureAd.name,
        AZURE_AD_ISSUER: authority,
        AZURE_AD_IDENTITY_METADATA: `${authority}/.well-known/openid-configuration`,
        OIDC_CLIENT_ID: oidc.clientId,
        OIDC_NAME: oidc.name,
        OIDC_DISCOVERY_URL: oidc.discoveryUrl,
      };
      const found = Object.fromEntries(Object.keys(wanted).map((variable) => [variable, told(variable)]));
      assert.deepEqual(found, wanted);
    });
  }

  for (const key of Object.keys(charts) as ChartKey[]) {
    const archive = archiveOf(key);
    if (!archive) continue;

    it(`have the name and versions of the genuine ${key}`, () => {
      const show = (chart: string) => {
        const { name, version, appVersion } = parse(
          execFileSync(helm, ["show", "chart", chart], { encoding: "utf8" }),
        );
        return { name, version, appVersion };
      };
      assert.deepEqual(show(writeStandIn(key, folder)), show(archive));
    });

    it(`are given no value the genuine ${key} does not know`, () => {
      const own = renderings.filter((rendering) => rendering.key === key).map(({ values }) => values);
      const paths = leafPaths(own.reduce(deepMerge, {}));
      const known = knownValues(archive);
      assert.deepEqual(
        paths.filter((path) => !known(path)),
        [],
      );
    });
  }

  /** Whether a chart declares a value, in its own values, or reads it all the same. */
  function knownValues(archive: string): (path: string) => boolean {
    const unpacked = mkdtempSync(join(folder, "genuine-"));
    execFileSync("tar", ["-xzf", archive, "-C", unpacked]);
    const [name = ""] = readdirSync(unpacked);
    const read = (file: string) => readFileSync(join(unpacked, name, file), "utf8");
    const values: unknown = parse(read("values.yaml"));
    const templates = readdirSync(join(unpacked, name, "templates"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ya?ml|tpl)$/.test(file))
      .map((file) => read(join("templates", file)))
      .join("\n");
    return (path) =>
      readInLoops.test(path) || declares(values, path.split(".")) || reads(templates, path.split("."));
  }
});

/** Read by loops this search does not follow; the comparisons of renderings and of Traefik's arguments see them arrive. */
const readInLoops = /^(service\.spec|ports\.\w+\.http\.encodedCharacters|extraArgs)\./;

/** Whether templates read a value itself, or copy one that holds it as it is. */
function reads(templates: string, path: readonly string[]): boolean {
  const parents = path.map((_, index) => path.slice(0, index + 1).join("."));
  return (
    templates.includes(`.Values.${path.join(".")}`) ||
    parents.some((parent) => copies(parent).some((copy) => templates.includes(copy)))
  );
}

/** How templates of the charts here copy a value with whatever stands in it. */
function copies(parent: string): string[] {
  return [`toYaml .Values.${parent} `, `with .Values.${parent} }}`];
}

/** A value without keys of its own takes any below it. */
function declares(values: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (!isPlainObject(values) || Object.keys(values).length === 0) return true;
  return key in values && declares(values[key], rest);
}
