import assert from "node:assert/strict";
import { createServer } from "node:http";
import { certificateObjects, tlsSecret } from "../../components/edge/certificate-objects.ts";
import { makeCertificate } from "../support/certificate.ts";
import { ask, until } from "./ask.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const domain = "speckle.example";
const hosts = [domain, `s3.${domain}`];
const fieldManager = "edge-test";

describe("a certificate at the real Traefik", function () {
  this.timeout(240_000);
  let stage: Stage;
  const args = {
    namespace,
    domain,
    objectStoreHost: `s3.${domain}`,
    allowFrom: [],
    registration: "open" as const,
    tlsSecret,
  };

  before(async () => {
    stage = await openStage();
    await stage.apply(args);
  });
  after(() => stage?.close());

  const present = async (name: string) => {
    const { certificate, key } = makeCertificate(stage.folder, name, hosts);
    await stage.client.apply(
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: tlsSecret, namespace },
        type: "kubernetes.io/tls",
        data: { "tls.crt": base64(certificate), "tls.key": base64(key) },
      },
      { fieldManager, force: true },
    );
    return certificate;
  };

  it("is shown for both hosts, and the next one without a restart", async () => {
    for (const name of ["first", "renewed"]) {
      const ca = await present(name);
      await until(stage, { host: domain, path: "/", ca }, ({ status }) => status === 200);
      await ask(stage, { host: `s3.${domain}`, path: "/", ca });
    }
  });

  it("can be proved over port 80, past every route of Speckle, even where `allowFrom` lets nobody in", async () => {
    const answer = "token.thumbprint";
    const solver = createServer((_request, response) => response.end(answer)).listen(8089, stage.spare);
    stage.ended.push(() => solver.close());
    await stage.service("cm-acme-http-solver-x", stage.spare, 8089);
    for (const object of challengeObjects()) await stage.client.apply(object, { fieldManager });
    await stage.apply({ ...args, allowFrom: ["127.0.0.9/32"] });
    await until(stage, { host: domain, path: "/" }, ({ status }) => status === 403);
    const path = "/.well-known/acme-challenge/token";
    const { status, headers } = await ask(stage, { host: domain, path, plain: true });
    // The authority follows to https, and does not look at the certificate there.
    assert.deepEqual([status, headers.location], [301, `https://${domain}${path}`]);
    const { text } = await until(stage, { host: domain, path }, ({ status }) => status === 200);
    assert.equal(text, answer);
  });
});

/** What cert-manager makes to answer a challenge, from the solver that our Issuer names. */
function challengeObjects() {
  const source = { mode: "acme", challenge: { type: "http01" } } as const;
  const [issuer] = certificateObjects({ namespace, hosts, source });
  const { ingressClassName, ingressTemplate } = (issuer?.spec as any).acme.solvers[0].http01.ingress;
  const service = { name: "cm-acme-http-solver-x", port: { number: 8089 } };
  const path = "/.well-known/acme-challenge/token";
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "traefik" },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "cm-acme-http-solver-x",
        namespace,
        annotations: {
          "nginx.ingress.kubernetes.io/whitelist-source-range": "0.0.0.0/0,::/0",
          ...ingressTemplate.metadata.annotations,
        },
      },
      spec: {
        ingressClassName,
        rules: [
          {
            host: domain,
            http: { paths: [{ path, pathType: "ImplementationSpecific", backend: { service } }] },
          },
        ],
      },
    },
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
