// A real AT Protocol network (PLC directory, two-part PDS, AppView) from npm's @atproto/dev-env, on 127.0.0.1 only.
// Reads one JSON command a line on standard input and answers each with one JSON line; ends with its input.
'use strict'

const net = require('node:net')
const path = require('node:path')
const readline = require('node:readline')
const { createRequire } = require('node:module')

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  const callback = args.find((one) => typeof one === 'function')
  const given = args[0]
  const port = typeof given === 'object' && given !== null ? given.port : given
  return listen.call(this, { port: Number(port) || 0, host: '127.0.0.1' }, callback)
}
require('node:dns').setDefaultResultOrder('ipv4first')

const load = createRequire(path.join(process.env.ATPROTO_NODE_MODULES, 'package.json'))
const { TestNetwork } = load('@atproto/dev-env')

const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\n')
let network
let client

const commands = {
  async start({ postgres }) {
    process.env.REDIS_HOST = '127.0.0.1' // has to be set; nothing here asks it
    network = await TestNetwork.create({
      dbPostgresUrl: postgres,
      dbPostgresSchema: 'gallery',
      bsky: {
        publicUrl: 'https://cdn.bsky.app', // with a cdnUrl it would not serve pictures itself
        videoThumbnailUrlPattern: 'https://video.bsky.app/watch/%s/%s/thumbnail.jpg',
      },
    })
    client = network.getSeedClient()
    return { appview: network.bsky.port, pds: network.pds.port, plc: network.plc.port }
  },
  async account({ name }) {
    await client.createAccount(name, { email: `${name}@example.com`, handle: `${name}.test`, password: 'password' })
    return { did: client.dids[name] }
  },
  async post({ did, text, pictures, created, gallery, labels }) {
    const images = []
    for (const picture of pictures) {
      const blob = await client.agent.com.atproto.repo.uploadBlob(Buffer.from(picture.base64, 'base64'), {
        headers: client.getHeaders(did),
        encoding: picture.type,
      })
      images.push({ image: blob.data.blob, alt: picture.alt })
    }
    const record = { text, createdAt: created }
    if (labels) {
      record.labels = { $type: 'com.atproto.label.defs#selfLabels', values: labels.map((val) => ({ val })) }
    }
    if (images.length) {
      record.embed = gallery
        ? {
            $type: 'app.bsky.embed.gallery',
            items: images.map((one) => ({
              $type: 'app.bsky.embed.gallery#image',
              aspectRatio: { width: 3, height: 2 },
              ...one,
            })),
          }
        : { $type: 'app.bsky.embed.images', images }
    }
    const made = await client.agent.app.bsky.feed.post.create({ repo: did }, record, client.getHeaders(did))
    return { uri: made.uri, cids: images.map((one) => one.image.ref.toString()) }
  },
  async remove({ did, uri }) {
    const rkey = uri.split('/').pop()
    await client.agent.app.bsky.feed.post.delete({ repo: did, rkey }, client.getHeaders(did))
    const appview = network.bsky.getClient()
    for (let tries = 0; tries < 200; tries++) {
      await network.processAll(20000)
      const found = await appview.app.bsky.feed.getPosts({ uris: [uri] })
      if (!found.data.posts.length) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the AppView still shows the deleted post')
  },
  async profile({ did, name, labels }) {
    await client.createProfile(did, name, '', labels)
  },
  async selflabel({ did, labels }) {
    const values = labels.map((val) => ({ val }))
    await client.updateProfile(did, { labels: { $type: 'com.atproto.label.defs#selfLabels', values } })
  },
  async deactivate({ did }) {
    await client.agent.com.atproto.server.deactivateAccount(
      {},
      { encoding: 'application/json', headers: client.getHeaders(did) },
    )
  },
  async settle() {
    await network.processAll(20000)
  },
}

const input = readline.createInterface({ input: process.stdin })
let queue = Promise.resolve()
input.on('line', (line) => {
  const { command, ...rest } = JSON.parse(line)
  queue = queue.then(() => commands[command](rest)).then(
    (answer) => say({ ok: true, ...(answer || {}) }),
    (error) => say({ ok: false, error: String((error && error.stack) || error) }),
  )
})
input.on('close', () => process.exit(0))
