import type { EngineRequest, EngineResponse } from './engineMessages.ts';
import { createEngineServer, type EngineTable } from './engineServer.ts';

/** An engine process: the studio starts this file as a utility process and talks to it by messages. */

let table: Promise<EngineTable> | undefined;

function loadTable(): Promise<EngineTable> {
  table ??= Promise.all([import('../models/operations.ts'), import('../models/parseInput.ts')]).then(
    ([{ operations }, { parseInput }]) => ({ operations, parseInput }),
  );
  return table;
}

const port = process.parentPort;
const receive = createEngineServer(loadTable, (response: EngineResponse) => port.postMessage(response));
port.on('message', ({ data }: { data: EngineRequest }) => receive(data));
