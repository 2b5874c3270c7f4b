export { withCloud } from "./clouds.ts";
export { parseSettings, type ReadText, type Settings } from "./settings.ts";
