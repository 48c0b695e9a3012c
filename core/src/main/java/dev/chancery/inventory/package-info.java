/** What keys there are, for people and their spreadsheets. */
@NullMarked
package dev.chancery.inventory;

import org.jspecify.annotations.NullMarked;
