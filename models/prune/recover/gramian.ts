import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { createSession } from '../../detect/providers.ts';
import { makeNode } from '../../graph/nodes.ts';
import { encodeModel } from '../../graph/write.ts';

/** Multiplies samples with each other by the runtime's matrix kernels, many times as fast as plain loops. */
export interface Gramian {
  /**
   * @param rows samples of the input [samples, inputs]
   * @param wanted samples of the wanted output [samples, outputs]
   * @returns transpose(rows) * rows and transpose(rows) * wanted
   */
  readonly multiply: (
    rows: Float32Array,
    inputs: number,
    wanted: Float32Array,
    outputs: number,
  ) => Promise<{ gram: Float32Array; cross: Float32Array }>;
  readonly close: () => Promise<void>;
}

function value(name: string) {
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DataType.FLOAT, shape: { dim: [{}, {}] } } } },
  });
}

function productModel() {
  const graph = create(GraphProtoSchema, {
    name: 'gramian',
    node: [
      makeNode('Transpose', ['rows'], ['columns'], { attributes: { perm: { ints: [1, 0] } } }),
      makeNode('MatMul', ['columns', 'rows'], ['gram']),
      makeNode('MatMul', ['columns', 'wanted'], ['cross']),
    ],
    input: [value('rows'), value('wanted')],
    output: [value('gram'), value('cross')],
  });
  return create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ domain: '', version: 13n }], graph });
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The products are not floats.');
  return tensor.data;
}

/** Opens the products; close them when done. */
export async function makeGramian(): Promise<Gramian> {
  const { session } = await createSession(encodeModel(productModel()), { provider: 'cpu', name: 'The products' });
  return {
    multiply: async (rows, inputs, wanted, outputs) => {
      const samples = rows.length / inputs;
      const { gram, cross } = await session.run({
        rows: new Tensor('float32', rows, [samples, inputs]),
        wanted: new Tensor('float32', wanted, [samples, outputs]),
      });
      return { gram: floatsOf(gram), cross: floatsOf(cross) };
    },
    close: () => session.release(),
  };
}
