import assert from "node:assert/strict";
import fc from "fast-check";
import { firstAdministrator } from "../../../components/edge/administrator.ts";
import { traefikObjects } from "../../../components/edge/ingress-routes.ts";
import { unclearInvitation } from "../../../components/edge/registration.ts";

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
      assert.deepEqual(accountRules(registration), []);
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

  const clear = ["challenge=c&token=t", "token=t&challenge=c&newsletter=true", "tokens=1&token=t&mytoken=2"];
  for (const query of clear)
    it(`takes ${query} for one invitation`, () =>
      assert.doesNotMatch(`${address}?${query}`, unclearInvitation));

  const unclear = [
    "token=a&token=b",
    "token&token=b",
    "token=a&challenge=c&token=b",
    "token=a&challenge=c&token",
    "token=a&token[]=b",
    "token=a&token%5B%5D=b",
    "token=a&tok%65n=b",
  ];
  for (const query of unclear)
    it(`takes ${query} for several`, () => assert.match(`${address}?${query}`, unclearInvitation));

  it("takes two invitations for several, whatever stands around them", () => {
    const other = fc.constantFrom("", "a=1&", "challenge=%2F&", "&");
    const value = fc.constantFrom("", "=", "=x", "=%20");
    fc.assert(
      fc.property(other, value, other, value, (before, one, between, two) => {
        return unclearInvitation.test(`${address}?${before}token${one}&${between}token${two}`);
      }),
    );
  });
});

describe("the way to the first administrator, in words", () => {
  const cloud = { type: "aws" };
  const office = ["203.0.113.0/24"];
  const table: [what: string, args: Parameters<typeof firstAdministrator>[0], words: RegExp][] = [
    ["kind", { cluster: { type: "kind" }, allowFrom: [], registration: "open" }, /Only this machine/],
    ["first", { cluster: cloud, allowFrom: office, registration: "first" }, /24; nobody else.*to invited/],
    [
      "invited",
      { cluster: cloud, allowFrom: [], registration: "invited" },
      /registrationLink --show-secrets/,
    ],
    ["open to all", { cluster: cloud, allowFrom: [], registration: "open" }, /everyone can reach it/],
    ["open to some", { cluster: cloud, allowFrom: office, registration: "open" }, /from 203.*nobody else/],
  ];
  for (const [what, given, words] of table)
    it(`tells it for ${what} (F61)`, () =>
      assert.match(firstAdministrator(given, "https://a.example"), words));
});
