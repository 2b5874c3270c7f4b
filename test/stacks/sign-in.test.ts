import assert from "node:assert/strict";
import { type Problem, ProblemsError } from "../../components/problem.ts";
import { signInReach } from "../../components/speckle/sign-in.ts";
import { parseSettings } from "../../stacks/settings.ts";

const base = {
  preset: "dev",
  domain: "a.example.com",
  cluster: { type: "existing", kubeconfig: "kubeconfig.yaml", context: "x" },
  registration: "open",
};
const parse = (more: object) => parseSettings({ ...base, ...more }, () => "text of a kubeconfig");

function problemsOf(more: object): readonly Problem[] {
  try {
    parse(more);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
}

const google = { google: { clientId: "a" } };
const tenant = "4e1bfbc3-dc3e-41f2-a18f-1b4d7ba71679";
const given: Record<string, object> = {
  google: { signIn: google, googleClientSecret: "s" },
  github: { signIn: { github: { clientId: "a" } }, githubClientSecret: "s" },
  azureAd: { signIn: { azureAd: { clientId: "a", tenant } }, azureAdClientSecret: "s" },
  oidc: {
    signIn: { oidc: { clientId: "a", name: "Office", discoveryUrl: "https://id.example.com:8443/" } },
    oidcClientSecret: "s",
  },
};

describe("the settings of signing in", () => {
  it("are a mail address and a password when nothing is said", () => {
    const { signIn, signInSecrets } = parse({});
    assert.deepEqual({ signIn, signInSecrets }, { signIn: { local: true }, signInSecrets: {} });
  });

  for (const [provider, more] of Object.entries(given))
    it(`take ${provider}, with its secret apart`, () => {
      const { signIn, signInSecrets } = parse(more);
      assert.deepEqual(signInSecrets, { [provider]: "s" });
      assert.doesNotMatch(JSON.stringify(signIn), /"s"/);
    });

  it("have no passwords with a provider, unless they are asked for", () => {
    for (const [local, expected] of [
      [undefined, false],
      [false, false],
      [true, true],
    ] as const) {
      const signIn = { ...google, ...(local !== undefined && { local }) };
      assert.equal(parse({ signIn, googleClientSecret: "s" }).signIn.local, expected);
    }
  });

  it("take invitations with a provider, where an administrator is named", () => {
    const more = { ...given.oidc, registration: "invited", administrator: "anna@example.com" };
    assert.deepEqual(problemsOf(more), []);
    assert.equal(parse(more).administrator, "anna@example.com");
  });

  const wrong: [what: string, more: object, path: string, words: RegExp][] = [
    ["no way at all", { signIn: { local: false } }, "signIn.local", /nobody could sign in/],
    ["a provider without its secret", { signIn: google }, "googleClientSecret", /config set --secret/],
    ["a secret without its provider", { oidcClientSecret: "s" }, "oidcClientSecret", /signIn.oidc is set/],
    ["ranges of nobody", { signIn: { ranges: ["10.0.0.0/8"] } }, "signIn.ranges", /only with an identity/],
    [
      "a directory that is none",
      { signIn: { azureAd: { clientId: "a", tenant: "common" } } },
      "signIn.azureAd.tenant",
      /identifier/,
    ],
    [
      "a provider without TLS",
      { signIn: { oidc: { clientId: "a", name: "b", discoveryUrl: "http://id.example.com" } } },
      "signIn.oidc.discoveryUrl",
      /https:/,
    ],
    [
      "a provider that may not be asked",
      { ...given.google, outbound: "none" },
      "signIn.ranges",
      /outbound: none/,
    ],
    [
      "invitations without an administrator who could send one",
      { ...given.oidc, registration: "invited" },
      "administrator",
      /oidc/,
    ],
    [
      "the same, when nothing is said",
      { ...given.github, registration: undefined },
      "administrator",
      /becomes the administrator/,
    ],
    ["an administrator without an address", { administrator: "anna" }, "administrator", /mail address/],
    [
      "a provider by another way",
      { extraValues: { server: { auth: { google: { enabled: true } } } } },
      "extraValues.server.auth.google.enabled",
      /sets server.auth.google.enabled/,
    ],
  ];
  for (const [what, more, path, words] of wrong)
    it(`are refused: ${what} (F61)`, () => {
      const [problem, ...others] = problemsOf(more);
      assert.deepEqual(others, []);
      assert.equal(problem?.path, path);
      assert.match(`${problem?.reason} ${problem?.fix}`, words);
    });

  it("are asked for at hosts and ports of their own, and at none without a provider", () => {
    assert.equal(signInReach(parse({}).signIn), undefined);
    const { hosts, ports } = signInReach(parse(given.oidc ?? {}).signIn) ?? assert.fail();
    assert.deepEqual([hosts[0], ports], ["id.example.com", [443, 8443]]);
  });
});
