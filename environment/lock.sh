# Pin the requirements with hashes and without any index address. Needs uv.
set -eu
cd "$(dirname "$0")/.."
common="--universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet"
uv pip compile $common pyproject.toml --group install -o environment/requirements.txt
uv pip compile $common pyproject.toml --group install --group author --group test --group language \
  -c environment/requirements.txt -o environment/requirements-test.txt
