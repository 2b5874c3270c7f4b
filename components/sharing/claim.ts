import type { Problem } from "../problem.ts";
import { defaultUploads, largestMb, type UploadLimits } from "../speckle/uploads.ts";
import { type ServiceName, serviceNamespaces } from "./services.ts";

/** Label of every namespace an environment makes: the environment's own namespace, which never changes. */
export const environmentLabel = "speckle.systems/environment";
/** Annotation of the same namespaces: the host name of the environment. */
export const domainAnnotation = "speckle.systems/domain";
/** Annotation of Traefik's namespace: the largest upload it has room for, in units of 2^20 bytes. Default: the chart's own. */
export const roomAnnotation = "speckle.systems/largest-upload-mb";

/** Which environment of a cluster it is. */
export interface EnvironmentIdentity {
  /** Namespace of Speckle and its stores. */
  readonly namespace: string;
  /** Host name of the environment. */
  readonly domain: string;
}

/** What an environment takes for its own in a cluster, and what it shares with others there. */
export interface Claim extends EnvironmentIdentity {
  readonly own: readonly ServiceName[];
  readonly shared: readonly ServiceName[];
  /** How large its uploads may be; default: the chart's own limits. */
  readonly uploads?: UploadLimits | undefined;
}

/** The parts of a Namespace that are looked at. */
interface NamespaceFacts {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Where a namespace says whose it is, in the form of a Namespace's metadata. */
export function identityMarks({ namespace, domain }: EnvironmentIdentity) {
  return { labels: { [environmentLabel]: namespace }, annotations: { [domainAnnotation]: domain } };
}

/** What Traefik has room for, in the form of a Namespace's annotations. */
export function roomMark(uploads: UploadLimits = defaultUploads): Record<string, string> {
  return { [roomAnnotation]: String(largestMb(uploads)) };
}

/**
 * Where a claim meets that of another environment, or shares what nobody made.
 * @param list JSON list of the cluster's objects, its namespaces among them; one without any says nothing
 */
export function claimProblems(list: string, claim: Claim): Problem[] {
  const objects: readonly NamespaceFacts[] = JSON.parse(list).items;
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  if (namespaces.length === 0) return [];
  const namespaceOf = (service: ServiceName) =>
    namespaces.find(({ metadata }) => metadata.name === serviceNamespaces[service]);
  const ownerOf = (service: ServiceName) => namespaceOf(service)?.metadata.labels?.[environmentLabel];
  const taken = namespaces.find(
    ({ metadata: { labels, annotations } }) =>
      annotations?.[domainAnnotation] === claim.domain && labels?.[environmentLabel] !== claim.namespace,
  );
  return [
    ...claim.shared.flatMap((service) => sharedProblems(service, ownerOf(service), claim)),
    ...(claim.shared.includes("traefik") ? roomProblems(namespaceOf("traefik"), claim) : []),
    ...claim.own.flatMap((service) => ownProblems(service, ownerOf(service), claim)),
    ...(taken ? [domainProblem(claim.domain, taken.metadata.labels?.[environmentLabel] ?? "")] : []),
  ];
}

/** The setting that says whose a service is. */
const settings: Readonly<Record<ServiceName, string>> = {
  traefik: "clusterServices",
  "postgres-operator": "postgres.operator",
  "cert-manager": "certificate.certManager",
};

const untouched = "Nothing has been made.";

function sharedProblems(service: ServiceName, owner: string | undefined, { namespace }: Claim): Problem[] {
  const path = settings[service];
  if (owner === undefined) {
    const reason = `no environment of the cluster made the namespace ${serviceNamespaces[service]}, so there is no ${service} to share`;
    const fix = `Bring up the environment that owns it first, or set ${path} to create. ${untouched}`;
    return [{ path, reason, fix }];
  }
  if (owner !== namespace) return [];
  const reason = `the environment in ${namespace} made the cluster's ${service} itself: either it gives that up while it uses it, or two environments have one namespace`;
  return [
    {
      path,
      reason,
      fix: `Set ${path} to create; or, if this is another environment, give it a namespace of its own. ${untouched}`,
    },
  ];
}

/** Uploads that would fill the disk of a Traefik that serves other environments too. */
function roomProblems(traefik: NamespaceFacts | undefined, { uploads = defaultUploads }: Claim): Problem[] {
  const owner = traefik?.metadata.labels?.[environmentLabel];
  if (owner === undefined) return [];
  const room = Number(traefik?.metadata.annotations?.[roomAnnotation] ?? largestMb(defaultUploads));
  const largest = largestMb(uploads);
  if (largest <= room) return [];
  const reason = `Traefik gathers uploads of up to ${largest} MB for it, and the environment in ${owner}, which made Traefik, gives it room for those of up to ${room} MB`;
  return [
    { path: "uploads", reason, fix: `Raise uploads of that environment first, or lower these. ${untouched}` },
  ];
}

function ownProblems(service: ServiceName, owner: string | undefined, { namespace }: Claim): Problem[] {
  if (owner === undefined || owner === namespace) return [];
  const path = settings[service];
  const reason = `the cluster's ${service} belongs to the environment in ${owner}, and two of them fight over the same objects`;
  return [{ path, reason, fix: `Set ${path} to shared. ${untouched}` }];
}

function domainProblem(domain: string, owner: string): Problem {
  const reason = `${domain} is the host of the environment in ${owner}: requests would go to one or the other by chance`;
  return { path: "domain", reason, fix: `Choose another host name. ${untouched}` };
}
