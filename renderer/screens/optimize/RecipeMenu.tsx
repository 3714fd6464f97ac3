import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconClearAll, IconCopy, IconDots, IconFileExport, IconFileImport } from '@tabler/icons-react';
import type { Variant } from '../../../electron/contract.ts';
import type { RecipeStep } from '../../../models/recipeSchema.ts';
import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { replaceSteps } from '../../state/recipe.ts';
import { copyRecipe, saveSteps, takeRecipeFromFile } from '../../state/recipeActions.ts';
import styles from './RecipeMenu.module.css';

/** Where a recipe may come from and go to. */
export function RecipeMenu({ variant, steps }: { readonly variant: Variant; readonly steps: readonly RecipeStep[] }) {
  const text = useText().recipe;
  const variants = useProject((state) => state.project.variants);
  const derived = variants.filter(({ recipe }) => recipe.length > 0);
  return (
    <Menu position="bottom-end" width={280} shadow="md">
      <Menu.Target>
        <Tooltip label={text.menu}>
          <ActionIcon variant="subtle" color="gray" aria-label={text.menu}>
            <IconDots size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={styles.menu ?? ''}>
        <Menu.Item leftSection={<IconFileImport size={15} aria-hidden />} onClick={() => void takeRecipeFromFile()}>
          {text.importFile}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileExport size={15} aria-hidden />}
          disabled={steps.length === 0}
          onClick={() => void saveSteps(steps, variant.name)}
        >
          {text.exportFile}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconClearAll size={15} aria-hidden />}
          disabled={steps.length === 0}
          onClick={() => replaceSteps([])}
        >
          {text.clear}
        </Menu.Item>
        {derived.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>{text.copyFrom}</Menu.Label>
            {derived.map((one) => (
              <Menu.Item key={one.id} leftSection={<IconCopy size={15} aria-hidden />} onClick={() => copyRecipe(one)}>
                {one.name}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
