import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { connect } from "node:tls";
import {
  acmeServers,
  certificateObjects,
  proofSecret,
  tlsSecret,
} from "../../components/edge/certificate-objects.ts";
import { plain } from "../../components/network/choices.ts";
import { networkPeers } from "../../components/network/peers.ts";
import { containerDefaults, speckleQuota } from "../../components/security/limits.ts";
import { podSecurityLabels } from "../../components/security/namespace.ts";
import { podExceptions, refusal } from "../../components/security/pod-security.ts";
import { applyNodes } from "../../rehearsal/control-plane/nodes.ts";
import type { KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import { eventually } from "../support/control-plane.ts";
import { settingsOf } from "../support/graph.ts";
import { ask, until } from "./ask.ts";
import { type Authority, startAuthority } from "./authority.ts";
import { runSolvers, startCertManager } from "./cert-manager.ts";
import { type NameServer, startNameServer, startProxy } from "./name-server.ts";
import { endProcess } from "./processes.ts";
import { namespace, openStage, type Stage, websecure } from "./stage.ts";

const domain = "speckle.example";
const hosts = [domain, `s3.${domain}`];
const fieldManager = "edge-test";
const source = { mode: "acme", challenge: { type: "http01" } } as const;
/** The one address that may come in. */
const from = "127.0.0.9";

describe("a certificate from the real cert-manager and an authority on this machine", function () {
  this.timeout(360_000);
  let stage: Stage;
  let authorities: Record<keyof typeof acmeServers, Authority>;
  let names: NameServer;
  let proxy: string;
  let solverPods: readonly KubernetesObject[];
  let controller: ChildProcess;
  let root: string;

  before(async () => {
    stage = await openStage([`--entryPoints.web.http.redirections.entryPoint.to=:${websecure}`]);
    await govern(stage);
    for (const definition of stage.definitions("certManager")) await define(stage, definition);
    await stage.apply({
      namespace,
      domain,
      objectStoreHost: `s3.${domain}`,
      allowFrom: [`${from}/32`],
      registration: "invited",
      tlsSecret,
    });
    const address = (last: number) => stage.address.replace(/\d+$/, String(last));
    names = await startNameServer(stage, address(30));
    const nameServer = names.address;
    authorities = {
      staging: await startAuthority(stage, {
        name: "staging",
        address: address(31),
        nameServer,
        validity: 3600,
      }),
      production: await startAuthority(stage, {
        name: "production",
        address: address(32),
        nameServer,
        validity: 60,
      }),
    };
    root = await authorities.production.root();
    proxy = await startProxy(stage, names);
    solverPods = runSolvers(stage);
    controller = startCertManager(stage, proxy);
    for (const object of certificateObjects({ namespace, hosts, source }))
      await stage.client.apply(atHome(object, authorities), { fieldManager });
  });
  after(() => stage?.close());

  const find = (kind: string, name: string, apiVersion = "cert-manager.io/v1") =>
    stage.client.get({ apiVersion, kind, namespace, name });
  const ready = async (kind: string, name: string) =>
    (await find(kind, name))?.status?.conditions?.find((one: { type: string }) => one.type === "Ready");
  const secret = (name: string) => find("Secret", name, "v1");

  it("is asked of nobody while the names lead nowhere, and of staging first (F62)", async () => {
    const challenges = await eventually(async () => {
      const found = await stage.client.list("acme.cert-manager.io/v1", "Challenge", { namespace });
      return found.length === 2 && found.every(({ status }) => /propagation/.test(status?.reason)) && found;
    });
    for (const { spec } of challenges) assert.equal(spec.issuerRef.name, "speckle-staging");
    assert.equal((await ready("Issuer", "speckle-staging"))?.status, "True");
    assert.equal((await ready("Issuer", "speckle"))?.status, "False");
    assert.equal(await secret(proofSecret), undefined);
  });

  it("comes by itself once the names are entered, to an environment that lets nobody else in (F62)", async () => {
    for (const host of hosts) await names.enter(host, stage.address);
    for (const host of hosts) await eventually(() => shown(stage, host, root).catch(() => undefined));
    await until(stage, { host: domain, path: "/", ca: root, from }, ({ status }) => status === 200);
    assert.equal((await ask(stage, { host: domain, path: "/", ca: root })).status, 403);
    assert.ok(await secret(proofSecret));
  });

  it("is proved by pods that the namespace admits and the network policies know", async () => {
    assert.ok(solverPods.length >= 4, "two names at two authorities");
    const { labels } = networkPeers(plain).challengeSolver;
    for (const { metadata, spec } of solverPods) {
      assert.equal(metadata.labels?.[Object.keys(labels)[0] ?? ""], Object.values(labels)[0]);
      assert.equal(spec.containers[0].ports[0].containerPort, 8089);
    }
    assert.doesNotMatch(stage.logOf("cert-manager"), /forbidden|violates PodSecurity|exceeded quota/);
    const left = await eventually(async () => {
      const pods = await stage.client.list("v1", "Pod", { namespace });
      return pods.length === 0 && "none";
    });
    assert.equal(left, "none");
  });

  it("is renewed, and shown without a restart", async () => {
    const first = await shown(stage, domain, root);
    await eventually(async () => (await shown(stage, domain, root).catch(() => first)) !== first);
  });

  it("is not lost with its controller, and renewed when there is one again (F62)", async () => {
    await endProcess(controller);
    const last = await shown(stage, domain, root);
    await until(stage, { host: domain, path: "/", ca: root, from }, ({ status }) => status === 200);
    controller = startCertManager(stage, proxy);
    await eventually(async () => (await shown(stage, domain, root).catch(() => last)) !== last);
  });

  it("is not lost with the object that asked for it (F62)", async () => {
    await stage.client.delete(
      { apiVersion: "cert-manager.io/v1", kind: "Certificate", namespace, name: tlsSecret },
      { propagationPolicy: "Foreground" },
    );
    await eventually(async () => !(await find("Certificate", tlsSecret)));
    const { metadata } = (await secret(tlsSecret)) ?? assert.fail();
    assert.deepEqual([metadata.ownerReferences, metadata.deletionTimestamp], [undefined, undefined]);
  });
});

/** Makes a kind, and waits until there may be objects of it. */
async function define({ client }: Stage, definition: KubernetesObject): Promise<void> {
  await client.apply(definition, { fieldManager });
  const { group, names, versions } = definition.spec;
  await eventually(() => client.list(`${group}/${versions[0].name}`, names.kind).catch(() => undefined));
}

/** The namespace as the program governs it, with nodes for its pods. */
async function govern(stage: Stage): Promise<void> {
  const { client } = stage;
  const metadata = { name: "planned", namespace };
  const plan = settingsOf("dev", { certificate: source });
  const { policy, binding } = refusal(podExceptions, namespace);
  const admission = "admissionregistration.k8s.io/v1";
  const objects = [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: podSecurityLabels("restricted") },
    },
    { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: speckleQuota(plan) } },
    { apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits: [containerDefaults("4Gi")] } },
    { apiVersion: admission, kind: "ValidatingAdmissionPolicy", ...policy },
    { apiVersion: admission, kind: "ValidatingAdmissionPolicyBinding", ...binding },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "traefik" },
      spec: { controller: "traefik.io/ingress-controller" },
    },
  ];
  for (const object of objects) await client.apply(object, { fieldManager, force: true });
  await applyNodes(client, [{ name: "general-1", labels: {}, taints: [], cpu: "4", memory: "8Gi" }]);
}

/** What the program makes, at the authorities of this machine. */
function atHome(
  object: { readonly spec: any },
  authorities: Record<keyof typeof acmeServers, Authority>,
): KubernetesObject {
  const made = object as unknown as KubernetesObject;
  const { acme } = made.spec;
  if (!acme) return made;
  const { directory, serves } = authorities[acme.server === acmeServers.staging ? "staging" : "production"];
  const caBundle = Buffer.from(serves).toString("base64");
  return { ...made, spec: { acme: { ...acme, server: directory, caBundle } } };
}

/** Serial number of the certificate that Traefik shows. @throws Error unless it is an authority's for the host */
function shown(stage: Stage, host: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: stage.address, port: websecure, servername: host, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on("error", reject);
  });
}
