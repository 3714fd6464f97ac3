import { IconCut, IconFold, IconStackPush } from '@tabler/icons-react';

export const FoldIcon = () => <IconFold size={15} stroke={1.7} aria-hidden />;
export const PruneIcon = () => <IconCut size={15} stroke={1.7} aria-hidden />;
export const QuantizeIcon = () => <IconStackPush size={15} stroke={1.7} aria-hidden />;
