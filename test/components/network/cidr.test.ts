import assert from "node:assert/strict";
import fc from "fast-check";
import {
  complement,
  formatAddress,
  inRange,
  parseAddress,
  parseRange,
  publicInternet,
  specialRanges,
} from "../../../components/network/cidr.ts";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const range = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([first, bits]) => `${formatAddress(first)}/${bits}`);

const covers = (ranges: readonly string[], one: number) =>
  ranges.some((text) => inRange(parseRange(text), one));

describe("address ranges", () => {
  const complements: [ranges: string[], expected: string[]][] = [
    [[], ["0.0.0.0/0"]],
    [["0.0.0.0/0"], []],
    [["0.0.0.0/1"], ["128.0.0.0/1"]],
    [["128.0.0.0/2"], ["0.0.0.0/1", "192.0.0.0/2"]],
    [["0.0.0.0/32"], [...Array(32).keys()].map((bit) => `${formatAddress(2 ** bit)}/${32 - bit}`)],
    [["0.0.0.0/1", "64.0.0.0/8", "128.0.0.0/1"], []],
    [
      ["10.1.2.3/8", "0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4"],
      ["32.0.0.0/3", "64.0.0.0/2", "128.0.0.0/1"],
    ],
  ];
  for (const [ranges, expected] of complements) {
    it(`leaves ${expected.length} ranges outside ${ranges.join(", ") || "nothing"}`, () => {
      assert.deepEqual(complement(ranges), expected);
    });
  }

  it("have a complement that holds every other address and no other, in disjoint ranges in order", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), fc.array(address, { maxLength: 20 }), (ranges, some) => {
        const rest = complement(ranges);
        const borders = [...ranges, ...rest]
          .map(parseRange)
          .flatMap(({ first, last }) => [first - 1, first, last, last + 1])
          .filter((one) => one >= 0 && one < 2 ** 32);
        for (const one of [...some, ...borders]) assert.notEqual(covers(ranges, one), covers(rest, one));
        const parsed = rest.map(parseRange);
        for (const [index, { first }] of parsed.entries()) {
          if (index > 0) assert.ok(first > (parsed[index - 1]?.last ?? 0));
        }
      }),
    );
  });

  it("have the shortest complement: no two neighbours make one range", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const parsed = complement(ranges).map(parseRange);
        for (const [index, { first, last }] of parsed.entries()) {
          const next = parsed[index + 1];
          if (!next || next.first !== last + 1) continue;
          const size = next.last - first + 1;
          assert.ok(!Number.isInteger(Math.log2(size)) || first % size !== 0);
        }
      }),
    );
  });

  it("are the complement of their complement", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const rest = complement(ranges);
        assert.deepEqual(complement(complement(rest)), rest);
      }),
    );
  });

  it("read and write every address", () => {
    fc.assert(fc.property(address, (one) => assert.equal(parseAddress(formatAddress(one)), one)));
    assert.equal(parseAddress("255.255.255.255"), 2 ** 32 - 1);
  });

  for (const wrong of [
    "10.0.0.0",
    "10.0.0/8",
    "10.0.0.256/8",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "a.b.c.d/8",
    "::/0",
    "/8",
    "10.0.0.0/",
    "",
  ]) {
    it(`refuse ${wrong || "nothing at all"}`, () => {
      assert.throws(() => parseRange(wrong), /is not an IPv4/);
    });
  }

  it("keep private addresses, the metadata service and the cluster out of the internet without except (F35)", () => {
    const internet = publicInternet(["35.0.0.0/16"]);
    const closed = [
      "10.0.0.1",
      "100.64.0.1",
      "127.0.0.1",
      "169.254.169.254",
      "172.31.255.255",
      "192.168.1.1",
      "224.0.0.1",
      "255.255.255.255",
      "35.0.7.7",
    ];
    for (const one of closed) assert.ok(!covers(internet, parseAddress(one)), one);
    for (const one of ["8.8.8.8", "35.1.0.0", "172.32.0.0", "11.0.0.0", "9.255.255.255"]) {
      assert.ok(covers(internet, parseAddress(one)), one);
    }
    for (const { range: special } of specialRanges)
      assert.ok(!covers(internet, parseRange(special).last), special);
  });
});
