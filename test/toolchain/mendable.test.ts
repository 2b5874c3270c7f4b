import assert from "node:assert/strict";
import { ProblemsError } from "../../components/problem.ts";
import { waitedLock } from "../../toolchain/lock.ts";
import { mendable } from "../../toolchain/mendable.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("what an operating system refuses", () => {
  const refusal = (code: string) =>
    Object.assign(new Error(`${code}: refused, open '/x/y'`), { code, path: "/x/y" });

  for (const [code, fix] of [
    ["EACCES", /right to write there.*SPECKLE_STACKS_CACHE/],
    ["EROFS", /right to write there/],
    ["ENOSPC", /Make room on that disk/],
  ] as const)
    it(`is told with its place and a way out: ${code}`, () => {
      const [problem, ...more] = mendable(refusal(code));
      assert.deepEqual([problem?.path, problem?.reason, more], ["/x/y", `${code}: refused, open '/x/y'`, []]);
      assert.match(problem?.fix ?? "", fix);
    });

  it("is not taken for anything else that goes wrong", () => {
    for (const error of [refusal("ENOENT"), new TypeError("x is not a function")])
      assert.throws(() => mendable(error), error);
    const problems = [{ path: "a", reason: "b", fix: "c" }];
    assert.deepEqual(mendable(new ProblemsError(problems)), problems);
  });

  it("ends the wait for a lock, which is for others who hold it alone", async () => {
    const folder = temporaryFolder("lock");
    const release = await waitedLock(folder, {});
    const waiting: string[] = [];
    const second = waitedLock(folder, {}, () => waiting.push("waits"));
    setTimeout(release, 300);
    await (await second)();
    assert.deepEqual(waiting, ["waits"]);
    await assert.rejects(waitedLock(`${folder}/gone`, {}), /ENOENT/);
  });
});
