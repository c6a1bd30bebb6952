import type { EntityManager } from 'typeorm';

/** A running transaction, or the connection pool outside one. Passed explicitly, opened by `Transactions`. */
export type Tx = EntityManager;
