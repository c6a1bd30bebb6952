import { EmbeddedPostgres } from '../../dist/platform/database/embedded/embedded-postgres.js';

/** A process of its own that holds the server of a data folder until it is killed. */
const server = await EmbeddedPostgres.hold(process.argv[2]);
process.send(server.url);
