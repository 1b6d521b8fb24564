// Calls every tool of the fleet with an official client: node fleet.mjs COMMIT TARGET...
// COMMIT: a commit whose VMs have an agent; TARGET: the URL of /mcp, with the owner's token in TOKEN, or a command and its words.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [commit, ...target] = process.argv.slice(2);

async function connect(groups) {
    const client = new Client({ name: 'fleet-walker', version: '1' });
    await client.connect(target[0].startsWith('http')
        ? new StreamableHTTPClientTransport(new URL(`${target[0]}?tools=${groups}`),
            { requestInit: { headers: { Authorization: `Bearer ${process.env.TOKEN}` } } })
        : new StdioClientTransport({ command: target[0], args: [...target.slice(1), '--tools', groups], env: process.env,
            stderr: 'inherit' }));
    return client;
}

const client = await connect('fleet');
const { tools } = await client.listTools();
const mine = tools.map(tool => tool.name).filter(name => /^(vm|golden|fleet|lt|swarm)_/.test(name));
const called = new Set();
let told = [];

async function use(name, args = {}) {
    called.add(name);
    told = [];
    const result = await client.callTool({ name, arguments: args }, undefined, { onprogress: step => told.push(step) });
    assert.ok(!result.isError, `${name}: ${result.content?.[0]?.text}`);
    assert.ok(result.content[0].text, name);
    assert.ok(told.every((step, i) => i === 0 || step.progress > told[i - 1].progress), `${name}: the figure must grow`);
    return result.structuredContent;
}

async function fails(name, args, said) {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(result.isError, `${name} did not fail`);
    assert.match(result.content[0].text, said);
}

// VMs: made, worked in, copied, deleted.
assert.equal((await use('vm_list')).vms.filter(vm => vm.name).length, 0);
const vm = (await use('vm_create', { name: 'one', wait: true })).vms[0].id;
const ran = await use('vm_exec', { vm, command: 'echo out; echo err >&2; sleep 5; exit 3' });
assert.deepEqual([ran.outcome, ran.code, ran.output.split('\n').sort()], ['exited', 3, ['err', 'out']]);
assert.ok(told.length > 0, 'vm_exec reports its progress');
assert.equal((await use('vm_exec', { vm, command: 'sleep 60', timeout_s: 1 })).outcome, 'timed_out');
const job = await use('vm_exec', { vm, command: 'echo later; exit 4', detach: true });
for (let code = ''; code !== '4';) {
    code = (await use('vm_exec', { vm, command: `cat ${job.folder}/code; true` })).output;
}
assert.equal((await use('vm_read', { vm, path: `${job.folder}/out` })).text, 'later');
const path = '/root/$(touch x)/a file';
await use('vm_write', { vm, path, content: 'one\ntwo\n', mode: '0640' });
await use('vm_edit', { vm, path, old: 'two', new: 'drei' });
await fails('vm_edit', { vm, path, old: 'none', new: 'x' }, /does not occur/);
assert.equal((await use('vm_read', { vm, path, offset: 2 })).text, 'drei');
const saved = (await use('vm_commit', { vm, name: 'saved' })).commit_id;
const restored = (await use('vm_restore', { commit: saved, name: 'two', wait: true })).vms[0].id;
assert.equal((await use('vm_read', { vm: restored, path })).text, 'one\ndrei');
const branch = (await use('vm_branch', { vm })).vms[0].id;
await use('vm_copy', { vm, path, to_vm: branch, to_path: '/tmp/copy' });
assert.equal((await use('vm_read', { vm: branch, path: '/tmp/copy' })).text, 'one\ndrei');
assert.equal((await use('vm_state', { vm: branch, state: 'paused' })).state, 'paused');
assert.equal((await use('vm_state', { vm: branch, state: 'running' })).state, 'running');
assert.ok(JSON.stringify(await use('fleet_tree')).includes(branch));
assert.equal((await use('golden_show')).commitId, commit);
await fails('vm_delete', { vm, confirm: false }, /confirm must be true/);
assert.equal((await use('vm_exec', { vm: 'none', command: 'true' })).outcome, 'transport_failed');

// A lieutenant: made, asked, paused, resumed, ended.
const name = 'docs';
await use('lt_create', { name, role: 'writes documents', commit });
assert.ok(told.length > 1, 'lt_create reports its steps');
const { taskId } = await use('lt_send', { name, message: 'hello' });
assert.match((await use('lt_read', { name, task: taskId, wait_s: 60 })).text, /hello/);
await use('lt_abort', { name });
assert.equal((await use('lt_pause', { name })).status, 'paused');
assert.notEqual((await use('lt_resume', { name })).status, 'paused');
await use('lt_discover');
assert.equal((await use('lt_status')).agents.length, 1);
await fails('lt_rm', { name, confirm: false }, /confirm must be true/);
await use('lt_rm', { name, confirm: true });

// Workers: spawned, given tasks, awaited, ended.
const workers = (await use('swarm_spawn', { count: 2, labels: ['a', 'b'], commit })).agents;
assert.deepEqual(workers.map(worker => worker.status), ['idle', 'idle']);
const tasks = [];
for (const worker of ['a', 'b']) {
    tasks.push((await use('swarm_task', { name: worker, task: `sum for ${worker}` })).taskId);
}
const done = await use('swarm_wait', { tasks, timeout_s: 60 });
assert.deepEqual([done.completed.length, done.timedOut], [2, false]);
assert.match((await use('swarm_read', { name: 'b' })).text, /sum for b/);
assert.equal((await use('swarm_status')).agents.length, 2);
await use('swarm_discover');

// The same by the names of pi-vers.
const old = await connect('vers');
const aliases = (await old.listTools()).tools.map(tool => tool.name).filter(one => one.startsWith('vers_'));
const answer = async (tool, args = {}) => (await old.callTool({ name: tool, arguments: args })).structuredContent;
assert.equal((await answer('vers_vms')).vms.length >= 3, true);
assert.equal((await answer('vers_bash', { vmId: vm, command: 'echo $HOME' })).output, '/root');
assert.equal((await answer('vers_swarm_wait', { agentIds: ['a'], timeoutSeconds: 9 })).completed.length, 1);
assert.equal((await answer('vers_vm_use', { vmId: vm })).active, false);
await old.close();

assert.equal((await use('swarm_teardown', { confirm: true })).removed.length, 2);
for (const one of [vm, restored, branch]) {
    await use('vm_delete', { vm: one, confirm: true });
}
assert.deepEqual([...called].sort(), mine.sort());
await client.close();
console.log(`called ${called.size} tools, and 4 of ${aliases.length} by pi-vers' names`);
