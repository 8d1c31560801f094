// Makes the types of what goes over the wire from their schema.
import { writeFile } from "node:fs/promises";
import { compileFromFile } from "json-schema-to-typescript";

const types = await compileFromFile("src/wire/wire.schema.json", {
  bannerComment: "// Made from wire.schema.json; `make types` writes it anew.",
  unreachableDefinitions: true,
  additionalProperties: false,
  format: true,
});
await writeFile(process.argv[2] ?? "src/wire/types.ts", types);
