import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { heavyTaint, workloadLabel } from "../../../components/cluster/pools.ts";
import { connectionUrl, speckleSecrets } from "../../../components/speckle/secrets.ts";
import { type SpeckleValuesArgs, speckleValues } from "../../../components/speckle/values.ts";
import { workloads } from "../../../components/speckle/workloads.ts";
import { presets } from "../../../stacks/presets.ts";

const args: SpeckleValuesArgs = {
  domain: "speckle.example.com",
  namespace: "design",
  postgres: { name: "speckle-postgres-url", key: "postgres_url" },
  objectStore: {
    endpoint: "http://store:7070",
    publicEndpoint: "https://s3.speckle.example.com",
    region: "us-east-1",
    bucket: "speckle",
    accessKey: "SPK1",
  },
  workloads: presets.dev.workloads,
  ifcImport: false,
  telemetry: false,
};
const mail = { host: "smtp.example.com", port: 2525, from: "a@example.com", username: "u" } as const;

/** One value of the chart, by its dotted path. */
function valueAt(path: string, change: Partial<SpeckleValuesArgs> = {}): unknown {
  const values: unknown = speckleValues({ ...args, ...change });
  return path.split(".").reduce((value, key) => (value as Record<string, unknown>)?.[key], values);
}

describe("the Speckle chart's values", () => {
  /** Traps of the chart by number, as one value each; the Secrets' trap and the class's are tested below. */
  const traps: [trap: string, path: string, value: unknown, change?: Partial<SpeckleValuesArgs>][] = [
    ["1: there is a web page at all (F47)", "frontend_2.enabled", true],
    ["2: objects go where the release goes (F48)", "namespace", "design"],
    ["2: the release does not own the namespace", "create_namespace", false],
    [
      "3: previews have their own queue, so that their Secret may be mounted (F54)",
      "preview_service.dedicatedPreviewsQueue",
      true,
    ],
    ["7: the chart's own Gateway stays off", "gatewayAPI.enabled", false],
    ["7: the chart's own Ingress stays off (F44)", "ingress.enabled", false],
    ["8: no policy of the chart's own is on (F49)", "server.networkPolicy", undefined],
    [
      "9: webhooks reach Postgres encrypted",
      "webhook_service.additionalEnvVars",
      [{ name: "PGSSLMODE", value: "no-verify" }],
    ],
    [
      "9: imports reach Postgres encrypted",
      "fileimport_service.additionalEnvVars",
      [{ name: "PGSSLMODE", value: "no-verify" }],
    ],
    [
      "9: monitoring reaches Postgres encrypted",
      "monitoring.additionalEnvVars",
      [{ name: "PGSSLMODE", value: "no-verify" }],
    ],
    ["9: server and objects by the chart's own value", "db.PGSSLMODE", "no-verify"],
    [
      "10: the browser's S3 address is the public one (F63)",
      "s3.publicEndpoint",
      "https://s3.speckle.example.com",
    ],
    ["10: a switch the chart's schema wants as text", "s3.create_bucket", "true"],
    ["11: images have an exact tag (F64)", "docker_image_tag", "2.31.14"],
    [
      "13: STARTTLS excludes implicit TLS",
      "server.email.secure",
      false,
      { email: { ...mail, tls: "starttls" } },
    ],
    ["13: STARTTLS is demanded", "server.email.requireTLS", true, { email: { ...mail, tls: "starttls" } }],
    [
      "13: implicit TLS excludes STARTTLS",
      "server.email.requireTLS",
      false,
      { email: { ...mail, tls: "implicit" } },
    ],
    ["13: the port is text", "server.email.port", "2525", { email: { ...mail, tls: "starttls" } }],
    [
      "telemetry's switch is text, since a boolean crashes the chart (F56)",
      "server.monitoring.mp.enabled",
      "false",
    ],
    ["telemetry is off unless asked for", "analytics.mixpanel_api_host", ""],
    ["rolling updates are percent texts", "server.rollingUpdate.maxUnavailable", "0%"],
    ["imports end before their liveness probe ends them", "file_import_time_limit_min", 20],
    ["pools of database connections have the chart's size", "db.maxConnectionsServer", 8],
    ["and another one that is set", "db.maxConnectionsServer", 5, { connectionsPerPool: 5 }],
    ["one importer at a time", "fileimport_service.enabled", false, { ifcImport: true }],
    ...["server", "objects"].map((key): [string, string, unknown, Partial<SpeckleValuesArgs>] => [
      `IFC imports stay in the cluster, says ${key}`,
      `${key}.additionalEnvVars`,
      [{ name: "FILEIMPORT_SERVICE_USE_PRIVATE_OBJECTS_SERVER_URL", value: "true" }],
      { ifcImport: true },
    ]),
    ...(
      [
        ["unverified", false, { PGSSLMODE: "require" }],
        ["off", true, { PGSSLMODE: "disable" }],
        [
          "verified",
          false,
          { PGSSLMODE: "verify-full", PGSSLROOTCERT: "/etc/ssl/certs/ca-certificates.crt" },
        ],
        [
          "verified",
          true,
          { PGSSLMODE: "verify-full", PGSSLROOTCERT: "/postgres-certificate/ca-certificate.crt" },
        ],
      ] as const
    ).map(([postgresTls, trustsAuthority, told]): [string, string, unknown, Partial<SpeckleValuesArgs>] => [
      `the IFC importer's client checks as it is told: ${postgresTls}, ${trustsAuthority ? "with" : "without"} an authority`,
      "ifc_import_service.additionalEnvVars",
      Object.entries(told).map(([name, value]) => ({ name, value })),
      { ifcImport: true, postgresTls, trustsAuthority },
    ]),
    [
      "the IFC importer has the authority's ConfigMap, of which the chart makes none",
      "ifc_import_service.db.certificate",
      { enabled: true, configMapName: "postgres-certificate", configMapKey: "ca-certificate.crt" },
      { ifcImport: true, trustsAuthority: true },
    ],
    ["the IFC importer's own switch", "featureFlags.nextGenFileImporterEnabled", true, { ifcImport: true }],
  ];
  for (const [trap, path, value, change] of traps) {
    it(`handle trap ${trap}`, () => assert.deepEqual(valueAt(path, change), value));
  }

  it("name no Secret for two purposes (trap 4)", () => {
    const names = Object.values(speckleSecrets).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it("send the heavy workloads, and only them, to the heavy nodes (F57)", () => {
    const heavy = workloads.filter(({ key }) => {
      const selector = valueAt(`${key}.nodeSelector`) as Record<string, string>;
      const tolerations = valueAt(`${key}.tolerations`) as object[];
      assert.deepEqual(
        tolerations,
        selector[workloadLabel] === "heavy" ? [{ ...heavyTaint, operator: "Equal" }] : [],
      );
      return selector[workloadLabel] === "heavy";
    });
    assert.deepEqual(
      heavy.map(({ key }) => key),
      ["preview_service", "fileimport_service", "ifc_import_service"],
    );
  });
});

describe("a connection URL", () => {
  it("survives any user name and password (F5)", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const url = new URL(connectionUrl({ scheme: "redis", user, password, host: "valkey", port: 6379 }));
        assert.equal(decodeURIComponent(url.username), user);
        assert.equal(decodeURIComponent(url.password), password);
        assert.equal(url.host, "valkey:6379");
      }),
      {
        examples: [
          ["u", "@:/?#%[]"],
          ["a b", "p&=+"],
        ],
      },
    );
  });
});

describe("a process that reads a kind stack's settings and components", () => {
  it("never loads the SDK of a cloud (F12)", () => {
    const script = `
      import { createRequire } from "node:module";
      await import("./components/environment.ts");
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(loaded.filter((file) => /@pulumi.(aws|digitalocean)/.test(file)).length, loaded.length > 100);
    `;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    assert.equal(out.trim(), "0 true");
  }).timeout(30_000);
});
