import assert from "node:assert/strict";
import { ProblemsError } from "../../components/problem.ts";
import { concealed } from "../../stacks/concealed.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { makeCertificate } from "../support/certificate.ts";
import { settingsFile } from "../support/graph.ts";
import { temporaryFolder } from "../support/temporary.ts";

const domain = "speckle.example.com";
const kind = { preset: "dev", domain, cluster: { type: "kind" } };
const existing = { ...kind, cluster: { type: "existing", kubeconfig: "kubeconfig.yaml", context: "x" } };

describe("the settings of a certificate", () => {
  const folder = temporaryFolder("certificate");
  const right = makeCertificate(folder, "right", [domain, `s3.${domain}`]);
  const narrow = makeCertificate(folder, "narrow", [domain]);
  const files: Record<string, string> = {
    "kubeconfig.yaml": "text",
    "right.pem": right.certificate,
    "narrow.pem": narrow.certificate,
    "wrong.pem": "nothing of the kind",
  };

  const parse = (config: object) =>
    parseSettings({ ...config }, (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return text;
    });
  const problemsOf = (config: object) => {
    try {
      parse(config);
    } catch (error) {
      if (error instanceof ProblemsError) return error.problems;
      throw error;
    }
    return [];
  };

  it("follow the cluster when there are none: its own authority for kind, Let's Encrypt elsewhere", () => {
    assert.equal(parse(kind).certificate.mode, "ownAuthority");
    const { certificate } = parse(existing);
    assert.ok(certificate.mode === "acme" && certificate.challenge.type === "http01");
  });

  it("carry a given certificate and its key", () => {
    const given = { mode: "given", certificate: "right.pem" };
    assert.deepEqual(parse({ ...kind, certificate: given, certificateKey: right.key }).certificate, {
      mode: "given",
      certificate: right.certificate,
      privateKey: right.key,
    });
  });

  it("are whole where the key is still encrypted, and held against the hosts all the same", () => {
    const key = concealed("ciphertext");
    assert.deepEqual(problemsOf(given("right.pem", key)), []);
    assert.deepEqual(
      problemsOf(given("narrow.pem", key)).map(({ path }) => path),
      ["certificate.certificate"],
    );
  });

  const given = (certificate: string, certificateKey?: string) => ({
    ...kind,
    certificate: { mode: "given", certificate },
    ...(certificateKey && { certificateKey }),
  });
  const acme = (challenge: object, more: object = {}) => ({
    ...existing,
    certificate: { mode: "acme", challenge },
    ...more,
  });
  const digitalocean = { type: "dns01", provider: "digitalocean" };
  const route53 = { type: "dns01", provider: "route53", region: "eu-central-1" };
  const byKey = { ...route53, accessKey: "AKIA1" };
  const onAws = (challenge: object, more: object = {}) => ({
    ...settingsFile("prod"),
    certificate: { mode: "acme", challenge, ...more },
  });

  it("let pods prove names in one zone of Route 53 on AWS, and a key do so everywhere", () => {
    const challengeOf = (config: object) => {
      const { certificate } = parse(config);
      return certificate.mode === "acme" ? certificate.challenge : undefined;
    };
    const zone = { name: "example.com", id: "Z2" };
    assert.deepEqual(challengeOf(onAws({ ...route53, hostedZoneId: "Z1" })), {
      ...route53,
      hostedZoneId: "Z1",
    });
    assert.deepEqual(challengeOf({ ...onAws(route53), zone }), { ...route53, hostedZoneId: "Z2" });
    assert.deepEqual(challengeOf(acme(byKey, { dnsToken: "x" })), { ...byKey, hostedZoneId: undefined });
    assert.deepEqual(problemsOf({ ...onAws(byKey), dnsToken: "x" }), []);
    const somebodyElses = { ...acme(route53).certificate, certManager: "existing" };
    assert.deepEqual(problemsOf({ ...existing, certificate: somebodyElses }), []);
  });

  const wrong: [about: string, config: object, paths: string[]][] = [
    ["a given one without its key", given("right.pem"), ["certificateKey"]],
    ["a given one that is not there", given("gone.pem", right.key), ["certificate.certificate"]],
    ["a given one that is none", given("wrong.pem", right.key), ["certificate.certificate"]],
    ["a key that is none", given("right.pem", "x"), ["certificateKey"]],
    ["a key of another one", given("right.pem", narrow.key), ["certificateKey"]],
    ["one that leaves out uploads", given("narrow.pem", narrow.key), ["certificate.certificate"]],
    ["a key for nothing", { ...kind, certificateKey: "x" }, ["certificateKey"]],
    ["DigitalOcean's zone without a token", acme(digitalocean), ["dnsToken"]],
    ["Route 53 without rights", acme(route53), ["certificate.challenge.accessKey"]],
    ["Route 53's key without its secret half", acme(byKey), ["dnsToken"]],
    ["rights of pods at no zone", onAws(route53), ["certificate.challenge.hostedZoneId"]],
    [
      "a secret half of no key",
      { ...onAws({ ...route53, hostedZoneId: "Z1" }), dnsToken: "x" },
      ["dnsToken"],
    ],
    ["a token for nothing", acme({ type: "http01" }, { dnsToken: "x" }), ["dnsToken"]],
    ["an unknown mode", { ...kind, certificate: { mode: "bought" } }, ["certificate.mode"]],
    ["no mail address", { ...existing, certificate: { mode: "acme", email: "x" } }, ["certificate.email"]],
  ];
  for (const [about, config, paths] of wrong)
    it(`are refused: ${about}`, () => {
      const problems = problemsOf(config);
      assert.deepEqual(
        problems.map(({ path }) => path),
        paths,
      );
      assert.ok(problems.every(({ fix }) => fix.length > 10));
      assert.doesNotMatch(JSON.stringify(problems), /PRIVATE KEY/);
    });
});
