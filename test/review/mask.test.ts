import assert from "node:assert/strict";
import { envelope, masker, withoutMarks } from "../../review/plan/mask.ts";

const canary = "canary-9f1c";
const encoded = Buffer.from(canary).toString("base64");

/** Every place a secret may stand in, with the secret in it. */
const places: Readonly<Record<string, unknown>> = {
  "an envelope of the engine": { stringData: envelope({ key: canary }) },
  "an envelope of the engine around all of a Secret": { kind: "Secret", stringData: envelope(canary) },
  "an envelope deep inside": { a: [{ b: envelope(canary) }] },
  "a Secret's texts": { kind: "Secret", stringData: { key: canary } },
  "a Secret's data": { kind: "Secret", data: { key: encoded } },
  "a variable with a telling name": { env: [{ name: "POSTGRES_PASSWORD", value: canary }] },
  "a field with a telling name": { values: { s3: { secretKey: canary } } },
  "an API key": { apiKey: canary },
  "a client secret": { auth: { client_secret: canary } },
  "a token": { access_token: canary },
  "a URL": { url: `postgres://speckle:${canary}@db:5432/speckle` },
  "a URL within a text": { script: `connect redis://default:${canary}@cache:6379 now` },
  "a private key within a text": {
    config: `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----`,
  },
  "a private key that is cut off": { config: `-----BEGIN PRIVATE KEY-----\n${canary}` },
};

describe("masking", () => {
  const mask = masker("key");

  for (const [place, value] of Object.entries(places)) {
    it(`hides a secret in ${place} (F4)`, () => {
      const text = JSON.stringify(mask(value));
      assert.doesNotMatch(text, new RegExp(`${canary}|${encoded}`));
      assert.match(text, /\(secret [0-9a-f]{10}\)/);
    });
  }

  it("takes what nobody knows yet of a Secret for one secret", () => {
    const unknown = envelope("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    const { stringData } = mask({ kind: "Secret", stringData: unknown });
    assert.match(String(stringData), /^\(secret [0-9a-f]{10}\)$/);
  });

  it("notices that a secret is another one, and shows both alike", () => {
    const [one, same, other] = [canary, canary, "canary-2"].map((secret) =>
      JSON.stringify(mask({ password: secret })),
    );
    assert.equal(one, same);
    assert.notEqual(one, other);
    assert.equal(withoutMarks(one ?? ""), withoutMarks(other ?? ""));
  });

  it("gives other marks in every review, so that a guess cannot be tried", () => {
    assert.notDeepEqual(mask({ password: canary }), masker("other")({ password: canary }));
  });

  it("leaves names of secrets, and what is masked already, as they are", () => {
    const value = {
      secretKeyRef: { key: "s3_secret_key", name: "speckle-s3" },
      usersExistingSecret: "speckle-valkey",
    };
    assert.deepEqual(mask(value), value);
    const masked = mask({ kind: "Secret", stringData: { key: canary } });
    assert.deepEqual(mask(masked), masked);
  });
});
