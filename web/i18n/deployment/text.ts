/** The texts of deployment in the language of the page; apart from the main catalogue because they load with their pages. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { deploymentAr } from './ar.ts';
import { deploymentEn } from './en.ts';
import { deploymentFr } from './fr.ts';

export type DeploymentKey = keyof typeof deploymentFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<DeploymentKey, string>>>> = { fr: deploymentFr, ar: deploymentAr, en: deploymentEn };

export const dt = (key: DeploymentKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isDeploymentKey = (key: string): key is DeploymentKey => Object.hasOwn(deploymentFr, key);
