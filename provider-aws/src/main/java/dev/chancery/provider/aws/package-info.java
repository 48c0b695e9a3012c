/** Keys in AWS KMS: an alias is a name, a tag an attribute, and creating an alias the claim. */
@NullMarked
package dev.chancery.provider.aws;

import org.jspecify.annotations.NullMarked;
