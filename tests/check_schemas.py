"""Each JSON Schema of docs/ is itself valid."""
import glob
import json
import os
import sys

import jsonschema

docs = os.path.join(os.environ["top_srcdir"], "docs")
failed = 0
paths = sorted(glob.glob(os.path.join(docs, "*.schema.json")))
print(f"1..{len(paths)}")
for number, path in enumerate(paths, 1):
    name = os.path.basename(path)
    try:
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.validators.validator_for(schema).check_schema(schema)
    except (ValueError, jsonschema.SchemaError) as error:
        failed += 1
        print(f"# {error}")
        print(f"not ok {number} - {name} is a valid schema")
    else:
        print(f"ok {number} - {name} is a valid schema")
sys.exit(1 if failed else 77 if not paths else 0)
