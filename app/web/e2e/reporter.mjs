// A reporter for Node's test runner that e2e_test.go reads: one JSON object a line for each test that ended. Own,
// because the runner's TAP differs between Node 18 (Debian 12) and 20, and JUnit is missing in 18.

// withoutColour: an assertion's difference is written for a terminal, and ends in a log.
const withoutColour = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');

// reason is what a person needs to see of a failure: the message, and the first line of ours in the stack.
function reason(error) {
  const cause = error?.cause instanceof Error ? error.cause : error;
  const text = withoutColour(String(cause?.message ?? cause ?? 'no reason given'));
  const where = String(cause?.stack ?? '').split('\n').filter((line) => /\/e2e\/(?!node_modules)[^/]+\.mjs/.test(line));
  return [text, ...where.slice(0, 4)].join('\n');
}

// A group fails with the tests in it; that is told by them. A group that fails by itself (its hook) is told.
const failedByItself = (data) => data.details?.error?.failureType !== 'subtestsFailed';

export default async function* report(source) {
  const path = []; // names from the outermost group in
  const above = new Set(); // groups: they have tests below them
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting;
      if (data.nesting > 0) above.add(path.join(' › '));
      path[data.nesting] = data.name;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (/does not match pattern/.test(data.skip)) continue; // not asked for
    path.length = data.nesting;
    const full = [...path, data.name].join(' › ');
    const group = above.delete(full) || data.details?.type === 'suite';
    if (group && (type === 'test:pass' || !failedByItself(data))) continue;
    yield JSON.stringify({
      name: full, failed: type === 'test:fail', skipped: data.skip !== undefined && data.skip !== false,
      seconds: (data.details?.duration_ms ?? 0) / 1000,
      reason: type === 'test:fail' ? reason(data.details.error) : typeof data.skip === 'string' ? data.skip : '',
    }) + '\n';
  }
}
