import { program } from "./stacks/program.ts";

export default program;
