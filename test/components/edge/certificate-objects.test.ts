import assert from "node:assert/strict";
import { certManagerValues } from "../../../components/edge/cert-manager-values.ts";
import {
  acmeServers,
  type CertificateSource,
  type Challenge,
  certificateObjects,
  challengePriority,
  tlsSecret,
} from "../../../components/edge/certificate-objects.ts";
import { routePriority, speckleRoutes } from "../../../components/edge/routes.ts";

const hosts = ["a.example", "s3.a.example"];
const objectsOf = (source: CertificateSource, namesMade = false): any[] =>
  certificateObjects({ namespace: "speckle", hosts, source, namesMade });
const acme = (challenge: Challenge, email?: string): CertificateSource => ({
  mode: "acme",
  challenge,
  email,
});
const challenges: Challenge[] = [
  { type: "http01" },
  { type: "dns01", provider: "digitalocean" },
  { type: "dns01", provider: "route53", region: "eu-central-1", hostedZoneId: "Z1" },
];
const sources: CertificateSource[] = [
  { mode: "ownAuthority" },
  ...challenges.map((challenge) => acme(challenge)),
];

describe("the objects of a certificate", () => {
  for (const source of sources)
    for (const namesMade of [false, true])
      it(`end with one for both hosts, signed by what is made before (${JSON.stringify(source)}, ${namesMade})`, () => {
        const objects = objectsOf(source, namesMade);
        const last = objects.at(-1);
        assert.equal(last.kind, "Certificate");
        assert.equal(last.spec.secretName, tlsSecret);
        assert.deepEqual(last.spec.dnsNames, hosts);
        for (const [index, { kind, spec }] of objects.entries()) {
          const before = objects.slice(0, index).filter((other) => other.kind === "Issuer");
          if (kind === "Certificate")
            assert.ok(
              before.some(({ metadata }) => metadata.name === spec.issuerRef.name),
              spec.issuerRef.name,
            );
        }
        const secrets = objects.flatMap(
          ({ spec }) => spec.secretName ?? spec.acme?.privateKeySecretRef.name ?? [],
        );
        assert.equal(new Set(secrets).size, secrets.length, "no Secret is written by two");
      });

  it("sign with an authority that lasts, whose key stays", () => {
    const [, authority, issuer] = objectsOf({ mode: "ownAuthority" });
    assert.equal(authority.spec.isCA, true);
    assert.equal(authority.spec.duration, "87600h0m0s");
    assert.equal(authority.spec.privateKey.rotationPolicy, "Never");
    assert.equal(issuer.spec.ca.secretName, authority.spec.secretName);
  });

  it("try staging first where the program makes the names, and wait for it (F62)", () => {
    const [staging, proof, production, real] = objectsOf(acme({ type: "http01" }), true);
    assert.equal(staging.spec.acme.server, acmeServers.staging);
    assert.deepEqual(proof.metadata.annotations, { "pulumi.com/waitFor": "condition=Ready" });
    assert.equal(production.spec.acme.server, acmeServers.production);
    assert.equal(real.metadata.annotations, undefined, "a slow authority holds up nothing");
    assert.notEqual(proof.spec.secretName, real.spec.secretName);
  });

  it("never leave staging on, and wait for nobody's records (F62)", () => {
    const objects = objectsOf(acme({ type: "http01" }));
    assert.deepEqual(
      objects.flatMap(({ spec }) => spec.acme?.server ?? []),
      [acmeServers.production],
    );
    assert.ok(objects.every(({ metadata }) => !metadata.annotations));
  });

  it("lead the challenge past every route of Speckle", () => {
    assert.ok(speckleRoutes.every((route) => routePriority(route) + 1 < challengePriority));
    const { ingress } = objectsOf(acme({ type: "http01" }))[0].spec.acme.solvers[0].http01;
    assert.deepEqual(ingress.ingressTemplate.metadata.annotations, {
      "traefik.ingress.kubernetes.io/router.priority": String(challengePriority),
    });
  });

  it("name the zone's service and where its token is", () => {
    const solverOf = (challenge: Challenge) => objectsOf(acme(challenge))[0].spec.acme.solvers[0];
    assert.deepEqual(solverOf({ type: "dns01", provider: "digitalocean" }), {
      dns01: { digitalocean: { tokenSecretRef: { name: "speckle-dns-token", key: "access-token" } } },
    });
    assert.deepEqual(
      solverOf({ type: "dns01", provider: "route53", region: "eu-central-1", hostedZoneId: "Z1" }),
      { dns01: { route53: { region: "eu-central-1", hostedZoneID: "Z1" } } },
    );
    const key = { type: "dns01", provider: "route53", region: "eu-central-1", accessKey: "AKIA1" } as const;
    assert.deepEqual(solverOf(key).dns01.route53, {
      region: "eu-central-1",
      accessKeyID: "AKIA1",
      secretAccessKeySecretRef: { name: "speckle-dns-token", key: "access-token" },
    });
  });

  it("outlive the controller: neither definitions nor Secrets go with it", () => {
    assert.deepEqual(certManagerValues.crds, { enabled: true, keep: true });
    // The flag would make every Secret the property of its Certificate, and go with it.
    assert.doesNotMatch(JSON.stringify(certManagerValues), /enable-certificate-owner-ref/);
  });
});
