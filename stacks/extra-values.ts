import { isPlainObject, leafPaths } from "../components/merge.ts";
import type { Problem } from "../components/problem.ts";
import { speckleValues } from "../components/speckle/values.ts";
import { workloads } from "../components/speckle/workloads.ts";
import { presets } from "./presets.ts";
import type { StackFile } from "./schema.ts";

/** What is wrong with values of the chart that a stack's file gives beyond those the program sets. */
export function extraValuesProblems({ extraValues }: Pick<StackFile, "extraValues">): Problem[] {
  if (!isPlainObject(extraValues)) return [];
  return leafPaths(extraValues).flatMap((path) => {
    const meets = (owned: string) =>
      owned === path || owned.startsWith(`${path}.`) || path.startsWith(`${owned}.`);
    const owned = ownedValues.find(meets);
    const unread = ofTheIngress.find(meets);
    if (!owned && !unread) return [];
    const reason = owned
      ? `the program sets ${owned} of the Speckle chart itself`
      : `only the chart's own Ingress reads ${unread}, and Traefik's routes stand in its place`;
    const known = owned ?? unread ?? path;
    const setting = settingFor(path.length < known.length ? path : known);
    const instead = setting
      ? `set ${setting} instead`
      : "there is no setting for it: the rest of the environment is made for the value it has";
    return [{ path: `extraValues.${path}`, reason, fix: `Remove it; ${instead}.` }];
  });
}

/** The setting that stands for a value of the chart; undefined where there is none. */
export function settingFor(value: string): string | undefined {
  const steps = value.split(".");
  const whole = (_: string, index: number) => steps.slice(0, steps.length - index).join(".");
  const known = steps.map(whole).find((path) => path in settingsOfValues);
  return known === undefined ? undefined : settingsOfValues[known];
}

/** Settings by the value they stand for, and all values below it that have none of their own here. */
export const settingsOfValues: Readonly<Record<string, string>> = {
  namespace: "namespace",
  domain: "domain",
  cert_manager_issuer: "certificate",
  analytics: "telemetry",
  file_size_limit_mb: "uploads.fileMb",
  objects_size_limit_mb: "uploads.objectMb",
  db: "postgres",
  "db.useCertificate": "certificateAuthorities",
  "db.maxConnectionsServer": "connectionsPerPool",
  redis: "cache",
  s3: "objectStore",
  "featureFlags.nextGenFileImporterEnabled": "ifcImport",
  "server.max_object_size_mb": "uploads.objectMb",
  "server.max_object_upload_file_size_mb": "uploads.objectMb",
  "server.sessionSecret": "rotate.session",
  "server.auth": "signIn",
  "server.auth.google.clientSecret": "googleClientSecret",
  "server.auth.github.clientSecret": "githubClientSecret",
  "server.auth.azure_ad.clientSecret": "azureAdClientSecret",
  "server.auth.oidc.clientSecret": "oidcClientSecret",
  "server.monitoring.mp": "telemetry",
  "server.onboarding": "telemetry",
  "server.email": "email",
  "server.email.password": "emailPassword",
  "fileimport_service.enabled": "ifcImport",
  "ifc_import_service.enabled": "ifcImport",
  "ifc_import_service.db": "postgres",
  ...Object.fromEntries(
    workloads
      .flatMap(({ key }) =>
        ["replicas", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map(
          (size) => `${key}.${size}`,
        ),
      )
      .map((value) => [value, `workloads.${value}`]),
  ),
};

/** Values without effect here that say how large a request may be. */
const ofTheIngress: readonly string[] = ["objects_size_limit_mb", "ingress.client_max_body_size_mb"];

/** Every value of the chart this program sets, with all features on. */
export const ownedValues: readonly string[] = leafPaths(
  speckleValues({
    domain: "",
    namespace: "",
    postgres: { name: "", key: "" },
    secretVersions: { postgres: "", cache: "", objectStore: "", session: "", email: "" },
    objectStore: { endpoint: "", publicEndpoint: "", region: "", bucket: "", accessKey: "" },
    workloads: presets.dev.workloads,
    ifcImport: true,
    telemetry: false,
    email: { host: "", port: 0, from: "", username: "", tls: "starttls" },
    signIn: {
      local: true,
      google: { clientId: "" },
      github: { clientId: "" },
      azureAd: { clientId: "", tenant: "", name: "" },
      oidc: { clientId: "", name: "", discoveryUrl: "" },
    },
  }),
);
