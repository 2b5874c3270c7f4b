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
const objectsOf = (source: CertificateSource): any[] =>
  certificateObjects({ namespace: "speckle", hosts, source });
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
    it(`end with one for both hosts, signed by what is made before (${JSON.stringify(source)})`, () => {
      const objects = objectsOf(source);
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
      const written = objects.flatMap(({ spec }) => {
        const { privateKeySecretRef, disableAccountKeyGeneration } = spec.acme ?? {};
        return spec.secretName ?? (disableAccountKeyGeneration ? [] : (privateKeySecretRef?.name ?? []));
      });
      assert.equal(new Set(written).size, written.length, "no Secret is written by two");
    });

  it("sign with an authority that lasts, whose key stays", () => {
    const [, authority, issuer] = objectsOf({ mode: "ownAuthority" });
    assert.equal(authority.spec.isCA, true);
    assert.equal(authority.spec.duration, "87600h0m0s");
    assert.equal(authority.spec.privateKey.rotationPolicy, "Never");
    assert.equal(issuer.spec.ca.secretName, authority.spec.secretName);
  });

  for (const challenge of challenges)
    it(`let nobody ask production before staging has issued (${JSON.stringify(challenge)}, F62)`, () => {
      const [staging, proof, production, real] = objectsOf(acme(challenge));
      assert.equal(staging.spec.acme.server, acmeServers.staging);
      assert.equal(production.spec.acme.server, acmeServers.production);
      const { privateKeySecretRef, disableAccountKeyGeneration } = production.spec.acme;
      assert.deepEqual(
        [privateKeySecretRef.name, disableAccountKeyGeneration],
        [proof.spec.secretName, true],
      );
      assert.deepEqual(proof.spec.privateKey, { algorithm: "RSA", size: 2048, rotationPolicy: "Never" });
      assert.deepEqual(proof.spec.dnsNames, real.spec.dnsNames);
      assert.notEqual(proof.spec.secretName, real.spec.secretName);
    });

  it("lead the challenge past every route of Speckle", () => {
    assert.ok(speckleRoutes().every((route) => routePriority(route) + 1 < challengePriority));
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
