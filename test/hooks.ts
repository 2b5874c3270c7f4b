const rejections: unknown[] = [];
const expected: RegExp[] = [];

/** Lets the running test's program end in an error with these words, which the engine reports too. */
export function expectRejection(words: RegExp): void {
  expected.push(words);
}

/** Mocha passes a test whose promise is rejected unseen, and a failed registration shows up as nothing else. */
export const mochaHooks = {
  beforeAll() {
    process.on("unhandledRejection", (reason) => rejections.push(reason));
  },
  async afterEach() {
    await new Promise((resolve) => setImmediate(resolve));
    const words = expected.splice(0);
    const [first] = rejections.splice(0).filter((reason) => !words.some((each) => each.test(String(reason))));
    if (first !== undefined) throw first;
  },
};
