import assert from "node:assert/strict";
import { nameRecords, zoneLines } from "../../../components/edge/names.ts";

const hosts = ["speckle.example.com", "s3.speckle.example.com"];

describe("the records of an environment's names", () => {
  const table: [about: string, targets: Parameters<typeof nameRecords>[1], lines: string[]][] = [
    ["no address yet", [], []],
    ["an entry without an address", [{}], []],
    [
      "an address",
      [{ ip: "203.0.113.7" }],
      ["speckle.example.com. 300 IN A 203.0.113.7", "s3.speckle.example.com. 300 IN A 203.0.113.7"],
    ],
    [
      "a name, with or without its final dot",
      [{ hostname: "lb-1.elb.example." }],
      [
        "speckle.example.com. 300 IN CNAME lb-1.elb.example.",
        "s3.speckle.example.com. 300 IN CNAME lb-1.elb.example.",
      ],
    ],
    [
      "both families",
      [{ ip: "203.0.113.7" }, { ip: "2001:db8::7" }],
      [
        "speckle.example.com. 300 IN A 203.0.113.7",
        "speckle.example.com. 300 IN AAAA 2001:db8::7",
        "s3.speckle.example.com. 300 IN A 203.0.113.7",
        "s3.speckle.example.com. 300 IN AAAA 2001:db8::7",
      ],
    ],
  ];
  for (const [about, targets, lines] of table)
    it(`follow from ${about}`, () => {
      assert.deepEqual(zoneLines(nameRecords(hosts, targets)), lines);
    });
});
