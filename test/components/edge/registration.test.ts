import assert from "node:assert/strict";
import fc from "fast-check";
import { firstAdministrator } from "../../../components/edge/administrator.ts";
import { traefikObjects } from "../../../components/edge/ingress-routes.ts";
import { notTheForm } from "../../../components/edge/registration.ts";

const args = { namespace: "speckle", domain: "a.example", allowFrom: [] as string[] };
const address = "https://a.example/auth/local/register";

/** Rules about making an account, those of the highest priority first. */
function accountRules(registration: "first" | "invited" | "open", allowFrom: string[] = []): any[] {
  return traefikObjects({ ...args, allowFrom, registration })
    .flatMap(({ kind, spec }) => (kind === "IngressRoute" ? (spec as any).routes : []))
    .filter(({ match }) => match.includes("register"))
    .sort((a, b) => b.priority - a.priority);
}

const namesOf = (rule: any) => rule.middlewares.map(({ name }: { name: string }) => name);

describe("who may make an account", () => {
  for (const registration of ["first", "open"] as const)
    it(`${registration}: as every other call of sign-in`, () => {
      for (const rule of accountRules(registration)) {
        assert.equal(rule.services[0].name, "speckle-server");
        assert.doesNotMatch(String(namesOf(rule)), /refuse|invitation/);
      }
    });

  it("invited: refused, but for calls with one invitation", () => {
    const rules = accountRules("invited");
    assert.ok(rules.length > 1);
    const uninvited = rules.pop();
    assert.ok(namesOf(uninvited).includes("speckle-refuse"));
    for (const rule of rules) {
      assert.match(rule.match, /QueryRegexp\(`token`/);
      assert.ok(namesOf(rule).includes("speckle-invitation"));
    }
  });

  it("invited: behind the allow-list too, when there is one", () => {
    for (const rule of accountRules("invited", ["203.0.113.7/32"]))
      assert.equal(namesOf(rule)[0], "speckle-allow");
  });
});

describe("the form of a call with an invitation", () => {
  const form = /^[^?]*\?challenge=[A-Za-z0-9._-]+&token=[A-Za-z0-9]+(&newsletter=true)?$/;
  const others = new RegExp(notTheForm);
  const exact = ["challenge=c&token=t", "challenge=a.b_c-d&token=A0&newsletter=true"];
  for (const query of exact) it(`is ${query}`, () => assert.doesNotMatch(`${address}?${query}`, others));

  const wrong = [
    "",
    "?",
    "?token=t&challenge=c",
    "?challenge=c&token=t&newsletter=false",
    "?challenge=c&token=t&newsletter=true&",
    "?challenge=c#&token=t",
    "?challenge=c&token=t\n",
    "?challenge=c&token=a&token=b",
    "?challenge=c&token[]=b",
    "?challenge=c&tok%65n=b",
    "?challenge=&token=b",
  ];
  for (const end of wrong)
    it(`is not ${JSON.stringify(end)}`, () => assert.match(`${address}${end}`, others));

  it("is what nothing else matches", () => {
    const words = [
      "?",
      "challenge",
      "token",
      "newsletter",
      "true",
      "=",
      "&",
      "a",
      "Z9",
      "-",
      ".",
      "#",
      "%",
      "\n",
      "é",
    ];
    const near = fc.constantFrom(...exact).chain((query) =>
      fc.tuple(fc.nat(query.length), fc.nat(2), fc.constantFrom("", ...words)).map(([at, cut, put]) => {
        return `?${query.slice(0, at)}${put}${query.slice(at + cut)}`;
      }),
    );
    const any = fc.array(fc.constantFrom(...words)).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(near, any), (text) => others.test(text) !== form.test(text)),
      { numRuns: 5000 },
    );
  });
});

describe("the way to the first administrator, in words", () => {
  const cloud = { type: "aws" };
  const local = { local: true };
  const google = { local: false, google: { clientId: "a" } };
  const office = ["203.0.113.0/24"];
  const table: [what: string, args: Parameters<typeof firstAdministrator>[0], words: RegExp][] = [
    [
      "kind",
      { cluster: { type: "kind" }, allowFrom: [], registration: "open", signIn: local },
      /Only this machine/,
    ],
    [
      "first",
      { cluster: cloud, allowFrom: office, registration: "first", signIn: local },
      /24; nobody else.*to invited/,
    ],
    [
      "first, with a provider",
      { cluster: cloud, allowFrom: office, registration: "first", signIn: google },
      /to open/,
    ],
    [
      "invited",
      { cluster: cloud, allowFrom: [], registration: "invited", signIn: local },
      /registrationLink --show-secrets/,
    ],
    [
      "open to all",
      { cluster: cloud, allowFrom: [], registration: "open", signIn: local },
      /everyone can reach it/,
    ],
    [
      "open to some",
      { cluster: cloud, allowFrom: office, registration: "open", signIn: local },
      /from 203.*nobody else/,
    ],
    [
      "named",
      {
        cluster: cloud,
        allowFrom: [],
        registration: "invited",
        signIn: local,
        administrator: "a@example.com",
      },
      /^a@example.com is the administrator.*authn\/login with the password.*administratorPassword/,
    ],
    [
      "named, with a provider",
      {
        cluster: cloud,
        allowFrom: [],
        registration: "invited",
        signIn: google,
        administrator: "a@example.com",
      },
      /^a@example.com is the administrator from the start.* with your identity provider\.$/,
    ],
  ];
  for (const [what, given, words] of table)
    it(`tells it for ${what} (F61)`, () =>
      assert.match(firstAdministrator(given, "https://a.example"), words));
});
