// Walks through all that an MCP server offers with an official client: node walk.mjs CLIENT REVISION TARGET...
// CLIENT: sdk (@modelcontextprotocol/sdk) or client (@modelcontextprotocol/client); TARGET: a URL, or a command and its words.
import assert from 'node:assert/strict';

const [which, revision, ...target] = process.argv.slice(2);
const connected = await (which === 'sdk' ? connectSdk() : connectClient());
const { client, watch, end } = connected;
const told = { updated: new Set(), list: 0 };

async function connectSdk() {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const types = await import('@modelcontextprotocol/sdk/types.js');
    assert.equal(types.LATEST_PROTOCOL_VERSION, revision);
    const client = new Client({ name: 'walker', version: '1' });
    client.setNotificationHandler(types.ResourceUpdatedNotificationSchema, n => told.updated.add(n.params.uri));
    client.setNotificationHandler(types.ResourceListChangedNotificationSchema, () => told.list++);
    const transport = target[0].startsWith('http')
        ? new (await import('@modelcontextprotocol/sdk/client/streamableHttp.js')).StreamableHTTPClientTransport(new URL(target[0]))
        : new (await import('@modelcontextprotocol/sdk/client/stdio.js')).StdioClientTransport(
            { command: target[0], args: target.slice(1), env: process.env, stderr: 'inherit' });
    await client.connect(transport);
    return {
        client,
        watch: uri => client.subscribeResource({ uri }),
        end: async () => {
            await transport.terminateSession?.();
            await client.close();
        }
    };
}

async function connectClient() {
    const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
    const modern = revision >= '2026-07-28';
    const client = new Client({ name: 'walker', version: '1' },
        modern ? { versionNegotiation: { mode: { pin: revision } } } : { supportedProtocolVersions: [revision] });
    client.setNotificationHandler('notifications/resources/updated', n => told.updated.add(n.params.uri));
    client.setNotificationHandler('notifications/resources/list_changed', () => told.list++);
    const transport = target[0].startsWith('http')
        ? new StreamableHTTPClientTransport(new URL(target[0]))
        : new StdioClientTransport({ command: target[0], args: target.slice(1), env: process.env, stderr: 'inherit' });
    await client.connect(transport);
    assert.equal(client.getNegotiatedProtocolVersion(), revision);
    let subscription;
    return {
        client,
        watch: async uri => {
            if (!modern) {
                return client.subscribeResource({ uri });
            }
            subscription = await client.listen({ resourcesListChanged: true, resourceSubscriptions: [uri] });
            assert.deepEqual(subscription.honoredFilter, { resourcesListChanged: true, resourceSubscriptions: [uri] });
        },
        end: async () => {
            await subscription?.close();
            await client.close();
        }
    };
}

async function call(name, args = {}) {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, `${name}: ${result.content?.[0]?.text}`);
    assert.ok(result.content[0].text && !result.content[0].text.includes('{"'), `${name}: ${result.content[0].text}`);
    return result.structuredContent;
}

async function fails(name, args, said) {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(result.isError, `${name} did not fail`);
    assert.match(result.content[0].text, said);
}

async function until(condition, what) {
    for (const deadline = Date.now() + 15_000; !condition();) {
        assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
        await new Promise(resolve => setTimeout(resolve, 20));
    }
}

assert.match(client.getInstructions() ?? '', /service_find/);
assert.equal(client.getServerVersion()?.name, 'asmp');

const { tools } = await client.listTools();
const called = new Set();
const use = (name, args) => (called.add(name), call(name, args));
assert.ok(tools.every(tool => tool.description && tool.outputSchema && tool.annotations.readOnlyHint !== undefined));

// An agent's three moves: nothing there, noted; brought up, registered; found.
const name = `fax-${process.pid}-${Date.now()}`;
const capability = `${name}.send`;
assert.equal((await use('service_find', { capability })).total, 0);
assert.equal((await use('service_todo', { name, note: 'the office sends faxes' })).name, name);
assert.ok((await use('service_todos')).todos.some(todo => todo.name === name));
await watch(`asmp://services/${name}`);
assert.equal((await use('service_register', { name, description: 'sends faxes', provides: [capability] })).status, 'registered');
assert.equal((await call('service_find', { capability })).services[0].name, name);
await until(() => told.list > 0, 'a change of the list');

await use('service_announce', {
    manifest: { asmp: '0.1', kind: 'service', name, description: 'sends more faxes', capabilities: { provides: [capability] } }
});
await until(() => told.updated.has(`asmp://services/${name}`), 'a change of the service');
assert.equal((await use('service_get', { name })).service.description, 'sends more faxes');
assert.ok((await use('service_list', { limit: 1 })).total > 0);
assert.ok((await use('capability_list', { domain: name })).capabilities.includes(capability));
assert.ok((await use('service_health')).total > 0);
assert.equal((await call('service_health', { name })).name, name);
assert.ok((await use('service_scan')).scanned >= 0);

const vm = { id: name, name, role: 'worker', address: 'h', registeredBy: 'walker', services: [{ name: 'a', port: 1 }] };
assert.equal((await use('registry_register', vm)).vm.id, name);
assert.ok((await use('registry_list', { role: 'worker' })).vms.some(one => one.id === name));
assert.ok((await use('registry_discover', { role: 'worker' })).vms.some(one => one.id === name));
assert.equal((await use('registry_heartbeat', { id: name })).id, name);
assert.deepEqual([...called].sort(), tools.map(tool => tool.name).sort());

await fails('service_get', { name: 'no-such-service' }, /no service 'no-such-service'/);
await fails('service_find', { capabilty: 'x' }, /did you mean 'capability'/);
await assert.rejects(client.callTool({ name: 'service_fnd', arguments: {} }), /did you mean service_find/);

const { resources } = await client.listResources();
assert.ok(resources.some(resource => resource.uri === `asmp://services/${name}`));
assert.equal((await client.listResourceTemplates()).resourceTemplates[0].uriTemplate, 'asmp://services/{name}');
const read = await client.readResource({ uri: `asmp://services/${name}` });
assert.equal(JSON.parse(read.contents[0].text).name, name);
assert.ok(JSON.parse((await client.readResource({ uri: 'asmp://host' })).contents[0].text).host_id);
await assert.rejects(client.readResource({ uri: 'asmp://services/no-such-service' }), /no resource/);
const { prompts } = await client.listPrompts();
assert.match((await client.getPrompt({ name: prompts[0].name })).messages[0].content.text, /service_find/);

await end();
console.log(`walked through ${tools.length} tools, ${resources.length} resources, 1 prompt with ${which} ${revision}`);
