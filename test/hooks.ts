import { isHangUp } from "../rehearsal/hang-up.ts";

const rejections: unknown[] = [];
const expected: ((reason: unknown) => boolean)[] = [];

/** Lets the running test's program end in an error with these words, which the engine reports too. */
export function expectRejection(words: RegExp): void {
  expected.push((reason) => words.test(String(reason)));
}

/** Lets the engine hang up on the running test's program, in the middle of what that says. */
export function expectHangUp(): void {
  expected.push(isHangUp);
}

/** Mocha passes a test whose promise is rejected unseen, and a failed registration shows up as nothing else. */
export const mochaHooks = {
  beforeAll() {
    process.on("unhandledRejection", (reason) => rejections.push(reason));
  },
  async afterEach() {
    await new Promise((resolve) => setImmediate(resolve));
    const allowed = expected.splice(0);
    const [first] = rejections.splice(0).filter((reason) => !allowed.some((each) => each(reason)));
    if (first !== undefined) throw first;
  },
};
