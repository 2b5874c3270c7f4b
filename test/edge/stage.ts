import { type ChildProcess, execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { ChartKey } from "../../components/charts.ts";
import { type EdgeArgs, type TraefikObject, traefikObjects } from "../../components/edge/ingress-routes.ts";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { type WorkloadKey, workload, workloads } from "../../components/speckle/workloads.ts";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { resolveCharts } from "../../rehearsal/charts/resolve.ts";
import { startControlPlane, stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { type Home, homeOf } from "../../rehearsal/home.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import { binaries, cacheDirectory, programs } from "../../toolchain/binaries.ts";
import { edgeProgramNames } from "../../toolchain/pins.ts";
import { eventually } from "../support/control-plane.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { entryPointPorts, traefikArguments } from "./arguments.ts";
import { echoServer } from "./echo.ts";
import { endProcess, startProcess } from "./processes.ts";

const fieldManager = "edge-test";
export const namespace = "speckle";

/** A real Traefik that reads a real API server, with echo servers for Speckle's services. */
export interface Stage {
  readonly client: KubernetesClient;
  readonly home: Home;
  /** Address Traefik listens on, with the ports of its pod. */
  readonly address: string;
  /** Address for one more server behind Traefik. */
  readonly spare: string;
  readonly programs: Record<(typeof edgeProgramNames)[number], string>;
  readonly folder: string;
  /** The definitions a chart brings: its own where its archive is at hand, else those of its stand-in. */
  definitions(key: ChartKey): KubernetesObject[];
  /** Applies the edge of an environment and removes what an earlier one had besides. */
  apply(args: EdgeArgs, besides?: readonly TraefikObject[]): Promise<void>;
  /** A Service that leads to an address of this machine. */
  service(name: string, address: string, port: number): Promise<void>;
  /** Starts a program that ends with the stage. @param env beside this process's own */
  start(name: string, program: string, args: readonly string[], env?: Record<string, string>): ChildProcess;
  /** What a started program wrote. */
  logOf(name: string): string;
  /** What ends with the stage, in reverse order. */
  readonly ended: (() => unknown)[];
  close(): Promise<void>;
}

/** @param extra further arguments for Traefik */
export async function openStage(extra: readonly string[] = []): Promise<Stage> {
  const folder = temporaryFolder("edge");
  const home = homeOf("edge", folder);
  const cache = cacheDirectory();
  const report = () => {};
  const [rehearsal, edge] = [await binaries(report), await programs(edgeProgramNames, report)];
  const ended: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    const end = ended.pop();
    if (!end) return;
    try {
      await end();
    } finally {
      await close();
    }
  };
  const logFile = (name: string) => join(folder, `${name}.log`);
  const start: Stage["start"] = (name, program, args, env) => {
    const child = startProcess(program, args, logFile(name), env);
    ended.push(() => endProcess(child));
    return child;
  };
  try {
    await startControlPlane(home, { binaries: rehearsal, cache, report });
    ended.push(() => stopControlPlane(home));
    const client = KubernetesClient.fromFile(home.kubeconfig);
    ended.push(() => client.close());
    const folders = chartFolders();
    const options = { folders, cache, helm: rehearsal.helm, standIns: join(folder, "charts"), report };
    const charts = await resolveCharts(options);
    const definitions = (key: ChartKey) => definitionsOf(rehearsal.helm, key, charts[key].path);
    const kinds = definitions("traefik").filter(({ spec }) => spec.group === "traefik.io");
    for (const definition of kinds) await client.apply(definition, { fieldManager });
    for (const { spec } of kinds) await served(client, spec.names.kind);
    for (const name of [namespace, "traefik"]) await client.apply(namespaceObject(name), { fieldManager });
    // Every stage has a part of the loopback range for itself, so that real port numbers can be used.
    const part = `127.${random(1, 254)}.${random(0, 255)}`;
    const service = async (name: string, address: string, port: number) => {
      // Its address cannot be changed.
      await client.delete({ apiVersion: "v1", kind: "Service", namespace, name });
      await client.apply(serviceAt(name, address, port), { fieldManager });
    };
    await client.apply(serviceRange(`${part}.0/24`), { fieldManager });
    await eventually(() => isReady(client, "test"));
    for (const [index, key] of (["server", "objects", "frontend_2"] as const).entries()) {
      const { name, port } = workload(key).service;
      const server = await echoServer(name, `${part}.${10 + index}`, port);
      ended.push(() => closeServer(server));
      await service(name, `${part}.${10 + index}`, port);
    }
    start("traefik", edge.traefik, ownArguments(`${part}.1`, extra), { KUBECONFIG: home.kubeconfig });
    return {
      client,
      home,
      address: `${part}.1`,
      spare: `${part}.20`,
      programs: edge,
      folder,
      definitions,
      service,
      start,
      logOf: (name) => readFileSync(logFile(name), "utf8"),
      ended,
      apply: (args, besides = []) => applyEdge(client, [...traefikObjects(args), ...besides]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function definitionsOf(helm: string, key: ChartKey, chart: string): KubernetesObject[] {
  // A value that Traefik's own chart refuses to be given.
  const asked = key === "certManager" ? ["--set", "crds.enabled=true"] : [];
  const args = ["template", chart, "--include-crds", ...asked];
  const text = execFileSync(helm, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return parseAllDocuments(text)
    .map((document) => document.toJSON())
    .filter((one) => one?.kind === "CustomResourceDefinition");
}

/** A kind is served some time after its definition was taken. */
function served(client: KubernetesClient, kind: string): Promise<boolean> {
  const listed = () => client.list("traefik.io/v1alpha1", kind).then(Boolean);
  return eventually(() => listed().catch(() => false));
}

async function applyEdge(client: KubernetesClient, wanted: readonly TraefikObject[]): Promise<void> {
  for (const object of wanted) await client.apply(object as KubernetesObject, { fieldManager, force: true });
  const names = new Set(wanted.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  for (const kind of ["Middleware", "MiddlewareTCP", "IngressRoute", "IngressRouteTCP"])
    for (const { metadata } of await client.list("traefik.io/v1alpha1", kind, { namespace }))
      if (!names.has(`${kind} ${metadata.name}`))
        await client.delete({ apiVersion: "traefik.io/v1alpha1", kind, namespace, name: metadata.name });
}

/** Traefik's arguments, at an address of this machine. */
export function ownArguments(address: string, extra: readonly string[] = []): string[] {
  const values = traefikValues({ entry: { type: "LoadBalancer" }, replicas: 1 });
  const own = [...traefikArguments(values), ...extra]
    // Came with 3.7.11, and the module builds at 3.7.10.
    .filter((argument) => !argument.startsWith("--core.strictTLSOptions"))
    .map((argument) => argument.replace(/address=:/, `address=${address}:`));
  // Nothing runs in the simulated pods that solve challenges, so their Services lead to this machine.
  const solvers = ["nativeLBByDefault", "allowExternalNameServices"];
  return [...own, ...solvers.map((option) => `--providers.kubernetesingress.${option}=true`)];
}

/** Has a server of this process answer for a workload's Service, at an address of its own, until the stage closes. */
export async function answerFor(stage: Stage, key: WorkloadKey, server: Server): Promise<void> {
  const { name, port } = workload(key).service;
  const address = stage.spare.replace(/\d+$/, String(40 + workloads.findIndex((each) => each.key === key)));
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(port, address, resolve);
  });
  stage.ended.push(() => closeServer(server));
  await stage.service(name, address, port);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function namespaceObject(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

/** Nothing runs in the simulated pods: Services of this machine have addresses at which the test itself answers. */
function serviceAt(name: string, address: string, port: number): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { clusterIP: address, ports: [{ port }] },
  };
}

function serviceRange(cidr: string): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "test" },
    spec: { cidrs: [cidr] },
  };
}

async function isReady(client: KubernetesClient, name: string): Promise<boolean> {
  const range = await client.get({ apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", name });
  return range?.status?.conditions?.some(({ type, status }: any) => type === "Ready" && status === "True");
}

function random(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1));
}

/** Ports the outside reaches. */
export const { web, websecure } = entryPointPorts;
