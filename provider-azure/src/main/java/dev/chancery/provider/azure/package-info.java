/** Keys in Azure Key Vault and Managed HSM. {@link dev.chancery.provider.azure.AzureKeyStoreProvider} is found by core; {@code docs/providers/azure.md} has all options. */
@NullMarked
package dev.chancery.provider.azure;

import org.jspecify.annotations.NullMarked;
