/* A FHIR server made with the public framework node-fhir-server-core: documents on stdin, milliseconds of processor time
   by document on stdout. Run by `benchmarks.summaries` in a folder of its own; it imports nothing of ours, and signs,
   seals and audits nothing. */
const http = require('node:http')
const { initialize, resolveSchema } = require('@asymmetrik/node-fhir-server-core')

async function main () {
  const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
  const kept = Object.fromEntries(Object.entries(asked.documents).map(([name, document]) => [name, JSON.stringify(document)]))
  const Bundle = resolveSchema('4_0_1', 'bundle')
  const service = { searchById: async ({ id }) => new Bundle(JSON.parse(kept[id])) }
  const config = { profiles: { bundle: { service, versions: ['4_0_1'] } }, logging: { level: 'error' } }
  const server = initialize(config).app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const agent = new http.Agent({ keepAlive: true })
  const ask = (name) => new Promise((resolve, reject) => {
    http.get({ port: server.address().port, path: `/4_0_1/Bundle/${name}`, agent }, (answer) => {
      answer.resume().on('end', () => answer.statusCode === 200 ? resolve() : reject(new Error(answer.statusCode)))
    }).on('error', reject)
  })
  const found = {}
  for (const name of Object.keys(kept)) {
    for (let turn = 0; turn < asked.times + 10; turn += 1) {
      const started = process.cpuUsage()
      await ask(name)
      const { user, system } = process.cpuUsage(started)
      if (turn >= 10) (found[name] ??= []).push((user + system) / 1000)
    }
  }
  process.stdout.write(JSON.stringify(found))
  process.exit(0)
}
main()
