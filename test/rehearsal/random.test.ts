import assert from "node:assert/strict";
import { compareSync } from "bcryptjs";
import fc from "fast-check";
import { reveal } from "../../rehearsal/providers/marshal.ts";
import { randomProvider } from "../../rehearsal/providers/random.ts";
import { randomText } from "../../rehearsal/providers/random-kinds.ts";

describe("a random text", () => {
  it("has the length, the alphabet and the minimums it is asked for", () => {
    const inputs = fc.record({
      length: fc.integer({ min: 8, max: 64 }),
      special: fc.boolean(),
      upper: fc.boolean(),
      minNumeric: fc.integer({ min: 0, max: 4 }),
      minLower: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(inputs, (given) => {
        const text = randomText(given);
        assert.equal(text.length, given.length);
        assert.ok(text.replace(/[^0-9]/g, "").length >= given.minNumeric);
        assert.ok(text.replace(/[^a-z]/g, "").length >= given.minLower);
        if (!given.upper) assert.doesNotMatch(text, /[A-Z]/);
        if (!given.special) assert.match(text, /^[A-Za-z0-9]*$/);
      }),
    );
  });
});

describe("a random resource", () => {
  const provider = randomProvider();
  const resource = (name: string) => ({
    urn: `urn:pulumi:dev::test::random:index/${name}::x`,
    type: `random:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`,
  });
  const create = async (name: string, inputs: Record<string, unknown>) => {
    const { failures } = await provider.check(resource(name), inputs, { olds: {}, seed: "" });
    assert.deepEqual(failures, []);
    const { id, outputs } = await provider.create(resource(name), inputs, { preview: false });
    return { id, outputs, plain: reveal(outputs) as Record<string, any> };
  };

  // Ids and outputs as @pulumi/random 4.21 gives them.
  it("of a password is a secret with its bcrypt hash", async () => {
    const { id, outputs, plain } = await create("RandomPassword", { length: 20 });
    assert.equal(id, "none");
    assert.ok(compareSync(plain.result, plain.bcryptHash));
    for (const text of [plain.result, plain.bcryptHash])
      assert.ok(!JSON.stringify({ ...outputs, result: 0, bcryptHash: 0 }).includes(text));
    assert.notEqual(typeof outputs.result, "string");
  });

  it("of an id is one number in four forms, with the prefix in each", async () => {
    const { id, plain } = await create("RandomId", { byteLength: 8, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    assert.equal(bytes.length, 8);
    assert.deepEqual(plain, {
      byteLength: 8,
      prefix: "p-",
      b64Std: `p-${bytes.toString("base64")}`,
      b64Url: `p-${id}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`)}`,
    });
  });

  it("of a pet is as many words as asked for", async () => {
    assert.match((await create("RandomPet", {})).id, /^[a-z]+-[a-z]+$/);
    assert.match(
      (await create("RandomPet", { length: 3, prefix: "p", separator: "_" })).id,
      /^p(_[a-z]+){3}$/,
    );
  });

  it("of bytes and of a UUID has their length", async () => {
    const { plain } = await create("RandomBytes", { length: 12 });
    assert.equal(Buffer.from(plain.base64, "base64").toString("hex"), plain.hex);
    assert.equal(plain.hex.length, 24);
    assert.match((await create("RandomUuid", {})).plain.result, /^[0-9a-f-]{36}$/);
  });

  it("is made anew when any input changes, keepers too, and never otherwise", async () => {
    const diff = (olds: object, news: object) =>
      provider.diff(resource("RandomString"), { ...olds }, { ...news });
    assert.deepEqual((await diff({ length: 8 }, { length: 8 })).replaces, []);
    const keepers = await diff({ length: 8, keepers: { of: "a" } }, { length: 8, keepers: { of: "b" } });
    assert.deepEqual(keepers.replaces, ["keepers"]);
  });

  it("refuses a kind the genuine provider does not have", async () => {
    await assert.rejects(create("RandomColour", {}), /RandomColour is not simulated/);
  });
});
