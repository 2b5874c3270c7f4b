const rejections: unknown[] = [];

/** Mocha passes a test whose promise is rejected unseen, and a failed registration shows up as nothing else. */
export const mochaHooks = {
  beforeAll() {
    process.on("unhandledRejection", (reason) => rejections.push(reason));
  },
  async afterEach() {
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = rejections.splice(0);
    if (first !== undefined) throw first;
  },
};
